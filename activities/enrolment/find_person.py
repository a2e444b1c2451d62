"""Finding the people behind an address or a name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from temporalio import activity

from domain.sealed_text import unseal

if TYPE_CHECKING:
    from graph.directory import Directory


class FindPersonActivities:
    """Looks people up in the directory."""

    def __init__(self, *, directory: "Directory", token_keys: Sequence[bytes]) -> None:
        """Take the client, and the ring of keys that addresses are sealed with."""
        self._directory = directory
        self._keys = token_keys

    @activity.defn
    async def find_object_id(self, address: str) -> str | None:
        """Return the ObjectId behind a UPN, mail or proxy address, None when nobody has it.

        Raises:
            BadRequest: several people have it (not retried).
        """
        person = await self._directory.find(address)
        return person.object_id if person else None

    @activity.defn
    async def find_object_ids(self, sealed_address: str) -> list[str]:
        """Return the ObjectIds behind a UPN, mail or proxy address; several may share a mail.

        Nobody is behind an address that was sealed with a key that has been dropped since.
        """
        address = unseal(sealed_address, self._keys)
        if address is None:
            activity.logger.warning("address of the form can't be read: its key was dropped")
            return []
        return [person.object_id for person in await self._directory.holders(address)]
