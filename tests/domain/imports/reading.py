"""What a file is read as, for tests of files."""

from domain.imports.file import read_import_file
from domain.imports.reasons import RowReason

ADA, BOB = "ada@contoso.example", "bob@contoso.example"


OBJECT_ID = "9832AAD8-e4fe-496b-a604-95c6ef01ae75"


def found(content: str) -> list[tuple[int, str]]:
    """Return line and address of each row that is to be enrolled."""
    return [(row.line, row.address) for row in read_import_file(content.encode()).rows]


def rejected(content: str) -> list[tuple[int, RowReason]]:
    """Return line and reason of each row that names nobody."""
    return [(row.line, row.reason) for row in read_import_file(content.encode()).rejected]
