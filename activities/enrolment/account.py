"""Looking at a disabled account until it is in use again: one activity, retried daily."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from temporalio import activity

from activities.texts import WAITING, Waiting
from domain.enrolment.policy import Policy
from domain.failures import FailureType, PermanentFailure
from domain.person import Person
from temporal.failures import waiting

if TYPE_CHECKING:
    from graph.directory import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitEnabledInput:
    """Whose account, and how often to look."""

    object_id: str
    policy: Policy


class DirectoryActivities:
    """Reads the directory."""

    def __init__(self, *, directory: "Directory") -> None:
        """Take the client."""
        self._directory = directory

    @activity.defn
    async def await_enabled(self, input: AwaitEnabledInput) -> Person:
        """Return the user once the account is enabled.

        Reads only. Each attempt looks once and fails as ``StillDisabled`` (BENIGN) until tomorrow.
        Whether a missing user has gone is not judged here.
        """
        try:
            person = await self._directory.user(input.object_id)
        except PermanentFailure as failure:
            message = WAITING[Waiting.ACCOUNT_UNREADABLE].format(reason=failure)
        else:
            if person.account_enabled:
                return person
            message = WAITING[Waiting.STILL_DISABLED]
        raise waiting(
            message,
            type=FailureType.STILL_DISABLED,
            next_retry_delay=input.policy.disabled_recheck,
        )
