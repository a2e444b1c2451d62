"""Whom the rows of an import mean, and which rows start nobody, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from activities.enrolment.exclusions import Exclusions
from activities.imports.directory_scan import DirectoryScan
from domain.failures import BadRequest, RolloutError
from domain.imports.address import is_object_id, nearest
from domain.imports.reasons import RowReason
from domain.imports.rows import ReportedRow, Row, RowFault
from domain.person import Person

if TYPE_CHECKING:
    from graph.directory import Directory, Listed

# From so many rows on, paging through the directory is cheaper than a call for each.
READ_EVERYBODY_FROM = 500
# Who misspells a name seldom misspells its beginning.
LETTERS_ALIKE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRow:
    """A row that means somebody who may be enrolled.

    ``has_manager`` is None where nobody has looked. ``looked_up_at`` is when the directory was
    asked about this user alone, None where everybody was read.
    """

    line: int
    person: Person
    has_manager: bool | None = None
    looked_up_at: datetime | None = None


class RowResolver:
    """Resolves rows by the directory, and applies what is decided at import: guests, exclusions."""

    def __init__(
        self,
        *,
        directory: "Directory",
        exclusions: Exclusions,
        guests: bool,
        with_managers: bool = False,
    ) -> None:
        """Take the clients.

        Args:
            directory: of the tenant.
            exclusions: who is left alone.
            guests: whether guests of the tenant are enrolled.
            with_managers: whether reading ahead looks for managers, too.
        """
        self._directory = directory
        self._scan = DirectoryScan(directory, with_managers=with_managers)
        self._exclusions = exclusions
        self._guests = guests

    async def read_ahead(self, rows: Sequence[Row]) -> Mapping[str, "Listed"]:
        """Return whom many rows mean, by address in lower case; nothing for a few rows."""
        if len(rows) < READ_EVERYBODY_FROM:
            return {}
        return await self._scan.find(name for row in rows for name in row.addresses)

    async def resolve(self, row: Row, known: Mapping[str, "Listed"]) -> ResolvedRow | ReportedRow:
        """Return whom a row means, or why it starts nobody; ``known`` is what was read ahead.

        A person who can't be checked for exclusion counts as excluded.

        Raises:
            RolloutError: directory or exclusions can't be read.
        """
        now = datetime.now(UTC)
        try:
            person, has_manager, is_listed = await self._find(row, known)
        except BadRequest as refusal:
            return RowFault(RowReason.REFUSED_BY_DIRECTORY, str(refusal)).at(row.line)
        if person is None:
            return replace(
                RowFault(RowReason.UNKNOWN).at(row.line), candidates=await self._like(row)
            )
        if person.is_guest and not self._guests:
            return RowFault(RowReason.GUEST).at(row.line)
        if await self._exclusions.excludes(person):
            return RowFault(RowReason.EXCLUDED).at(row.line)
        return ResolvedRow(
            line=row.line,
            person=person,
            has_manager=has_manager,
            looked_up_at=None if is_listed else now,
        )

    async def _find(
        self, row: Row, known: Mapping[str, "Listed"]
    ) -> tuple[Person | None, bool | None, bool]:
        """Return whom the first of a row's addresses means that means anybody.

        And whether they have a manager, and whether they were read ahead.
        """
        refusals = []
        for address in row.addresses:
            if listed := known.get(address.casefold()):
                return listed.person, listed.has_manager, True
            try:
                if person := await self._directory.find(address):
                    return person, None, False
            except BadRequest as refusal:
                refusals.append(refusal)
        if len(refusals) == len(row.addresses):
            raise refusals[0]
        return None, None, False

    async def _like(self, row: Row) -> tuple[str, ...]:
        """Return whom a row that nobody fits may mean; nobody where that can't be asked."""
        begin = row.address.partition("@")[0][:LETTERS_ALIKE]
        if len(begin) < LETTERS_ALIKE or is_object_id(row.address):
            return ()
        try:
            return nearest(row.address, await self._directory.names_beginning(begin))
        except RolloutError:
            return ()
