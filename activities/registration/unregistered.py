"""Who is being enrolled and isn't registered, as Temporal's visibility knows it."""

from datetime import timedelta

from cachetools import TTLCache
from temporalio.client import Client

from domain.identifiers import ENROLMENT_WORKFLOW, object_id_of
from domain.status import RegistrationState
from temporal.search_attributes import MFA_REGISTRATION_STATE

# As long as a sweep reads pages, each of which asks. Listing 100,000 takes a hundred calls, of
# which a server allows ten a second.
KEPT = timedelta(minutes=10)
_QUERY = (
    f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND ExecutionStatus = 'Running' "
    f"AND {MFA_REGISTRATION_STATE.name} = '{RegistrationState.NOT_REGISTERED.value}'"
)


class Enrolled:
    """Lists the unregistered, and keeps the list for ten minutes: 16 MB for 100,000 people."""

    def __init__(self, *, client: Client) -> None:
        """Take the client."""
        self._client = client
        self._lists: TTLCache[str, frozenset[str]] = TTLCache(1, KEPT.total_seconds())

    async def count(self) -> int:
        """Return how many are being enrolled and aren't registered, fresh.

        Raises:
            RPCError: Temporal can't say.
        """
        return (await self._client.count_workflows(_QUERY)).count

    async def unregistered(self, *, fresh: bool = False) -> frozenset[str]:
        """Return their ObjectIds, as they were ten minutes ago at most.

        Raises:
            RPCError: Temporal can't say.
        """
        kept = None if fresh else self._lists.get(_QUERY)
        if kept is None:
            found = [object_id_of(run.id) async for run in self._client.list_workflows(_QUERY)]
            kept = self._lists[_QUERY] = frozenset(found)
        return kept
