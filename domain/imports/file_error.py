"""The one exception that says why an import can't begin."""

from domain.imports.reasons import FileFault
from domain.imports.texts import FILE_TEXTS


class ImportFileError(ValueError):
    """The file, or the name of its batch, can't be used; its text says why, and what to do."""

    def __init__(self, fault: FileFault, **values: str | int) -> None:
        """Keep what is wrong, and the values that its sentence names."""
        super().__init__(fault)
        self.fault = fault
        self.values = values

    def __str__(self) -> str:
        return FILE_TEXTS[self.fault].format(**self.values)
