"""Who typed this address into the resend form?"""

from temporalio import activity

from graph.directory import Directory


class ResendActivities:
    """Looks an address up after the page was answered."""

    def __init__(self, *, directory: Directory) -> None:
        """Take the client."""
        self._directory = directory

    @activity.defn
    async def find_object_id(self, address: str) -> str | None:
        """Return the ObjectId behind a UPN, mail or proxy address, None when nobody has it."""
        person = await self._directory.find(address)
        return person.object_id if person else None
