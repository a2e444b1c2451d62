"""Finding the people behind an address or a name."""

from typing import TYPE_CHECKING

from temporalio import activity

if TYPE_CHECKING:
    from graph.directory import Directory


class FindPersonActivities:
    """Looks people up in the directory."""

    def __init__(self, *, directory: "Directory") -> None:
        """Take the client."""
        self._directory = directory

    @activity.defn
    async def find_object_id(self, address: str) -> str | None:
        """Return the ObjectId behind a UPN, mail or proxy address, None when nobody has it.

        Raises:
            BadRequest: several people have it (not retried).
        """
        person = await self._directory.find(address)
        return person.object_id if person else None

    @activity.defn
    async def find_object_ids(self, address: str) -> list[str]:
        """Return the ObjectIds behind a UPN, mail or proxy address; several may share a mail."""
        return [person.object_id for person in await self._directory.holders(address)]
