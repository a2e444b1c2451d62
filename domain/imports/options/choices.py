"""All that is chosen for one import: what it names in place of the settings, and whom it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from domain.imports.options.options import ImportOptions
from domain.tables.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportChoices:
    """What is chosen for an import.

    Attributes:
        own: what it names in place of the settings.
        include_cancelled: whether people are started again whom an admin cancelled.
        restart_active: whether people are started again who were active and have no method.
    """

    own: ImportOptions = field(default_factory=ImportOptions)
    include_cancelled: bool = False
    restart_active: bool = False

    def as_json(self) -> dict[str, Json]:
        """Return it as it is kept: both answers, and the options that are named."""
        return {
            "include_cancelled": self.include_cancelled,
            "restart_active": self.restart_active,
            **self.own.as_json(),
        }

    def named(self) -> dict[str, Json]:
        """Return what differs from an import for which nothing is chosen."""
        return {name: value for name, value in self.as_json().items() if value is not False}

    @classmethod
    def from_json(cls, stored: Mapping[str, Json]) -> Self:
        """Return what was stored by ``as_json``, maybe beside other values."""
        return cls(
            own=ImportOptions.from_json(stored),
            include_cancelled=stored.get("include_cancelled") is True,
            restart_active=stored.get("restart_active") is True,
        )
