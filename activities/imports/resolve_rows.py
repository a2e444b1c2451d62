"""Who is meant by the rows of an import, and which rows start nobody, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from activities.enrolment.exclusions import Exclusions
from activities.imports.directory_scan import DirectoryPasses
from domain.failures import BadRequest
from domain.imports.file import Row
from domain.person import Person

if TYPE_CHECKING:
    from graph.directory import Directory, Listed

# From so many rows on, paging through the directory is cheaper than a call for each.
READ_EVERYBODY_FROM = 500

UNKNOWN = "Not found in the directory: check the spelling, or whether the person has left."
GUEST = "A guest: guests are not enrolled."
EXCLUDED = "Excluded from the rollout."


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRow:
    """A row, and who is meant by it: a person, or the reason why it starts nobody."""

    row: Row
    person: Person | None = None
    rejection: str | None = None
    # None where nobody has looked.
    has_manager: bool | None = None


class RowPeople:
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
        self._passes = DirectoryPasses(directory, with_managers=with_managers)
        self._exclusions = exclusions
        self._guests = guests

    async def read_ahead(self, rows: Sequence[Row]) -> Mapping[str, "Listed"]:
        """Return who is meant by many rows, by address in lower case; nobody for a few rows."""
        if len(rows) < READ_EVERYBODY_FROM:
            return {}
        return await self._passes.find(row.address for row in rows)

    async def meant_by(self, row: Row, known: Mapping[str, "Listed"]) -> ResolvedRow:
        """Return who is meant by a row; ``known`` is what was read ahead.

        Who can't be checked for exclusion counts as excluded.

        Raises:
            RolloutError: directory or exclusions can't be read.
        """
        listed = known.get(row.address.casefold())
        try:
            person = listed.person if listed else await self._directory.find(row.address)
        except BadRequest as refusal:
            return ResolvedRow(row=row, rejection=str(refusal))
        has_manager = listed.has_manager if listed else None
        if person is None:
            return ResolvedRow(row=row, rejection=UNKNOWN)
        rejection = None
        if person.is_guest and not self._guests:
            rejection = GUEST
        elif await self._exclusions.excludes(person):
            rejection = EXCLUDED
        return ResolvedRow(row=row, person=person, rejection=rejection, has_manager=has_manager)
