"""The rows of an import: people to enrol, and lines about which something has to be said."""

from dataclasses import dataclass

from domain.imports.reasons import RowReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person of the file: the line's number as an editor shows it, and a UPN or address.

    ``others`` are what further columns of the row say, to be tried in order where nobody has the
    first.
    """

    line: int
    address: str
    others: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """All of them, the surest first."""
        return (self.address, *self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """Somebody whom a list of the directory names; the UPN is empty where it may not be read."""

    object_id: str
    user_principal_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRow:
    """A line, and what is said about it; ``detail`` is the value in its sentence, if it has one.

    For a repeated row that is the line that named the person first. ``candidates`` are the UPNs of
    whom a row that nobody fits may mean.
    """

    line: int
    reason: RowReason
    detail: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row, before anybody asks for its line."""

    reason: RowReason
    detail: str = ""

    def at(self, line: int) -> ReportedRow:
        """Return the row as a report names it."""
        return ReportedRow(line=line, reason=self.reason, detail=self.detail)


def repeated_row(line: int, *, first_line: int) -> ReportedRow:
    """Return a row whose person an earlier line has named."""
    return ReportedRow(line=line, reason=RowReason.REPEATED, detail=str(first_line))
