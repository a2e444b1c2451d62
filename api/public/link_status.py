"""From a token to where its enrolment stands: decrypt and describe, without a worker."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey

from api.public.legacy_links import LegacyLink, LegacyLinks
from api.temporal_calls import RPC_TIMEOUT, WorkflowNotFound, calling_temporal
from client.enrolments import describe_enrolment
from domain.enrolment.status import InviteStatus
from domain.identifiers import INVITE_STATUS
from domain.tracking_list.row import status_in
from domain.tracking_token import candidate_object_ids, parse_token

_INVITE_STATUS = SearchAttributeKey.for_keyword(INVITE_STATUS)
_BEFORE_THE_CLICK = frozenset({None, InviteStatus.PENDING, InviteStatus.SENT})
_OPEN = frozenset({WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW})


class Standing(StrEnum):
    """What a link means for the one who follows it."""

    WAITING = "waiting"
    """Invited, or about to be: the button is there to be pressed."""

    USED = "used"
    """Clicked since the last invitation, or registered."""

    ENDED = "ended"
    """Cancelled, failed, or the user has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentStanding:
    """What ``describe`` says about the enrolment behind a token.

    ``news_unseen`` means that a signal or a timer has arrived that no worker has looked at yet, so
    that ``standing`` may be out of date. Without an ``object_id`` there is only the ``row`` of an
    older link.
    """

    object_id: str | None
    standing: Standing
    news_unseen: bool
    row: LegacyLink | None = None


def well_formed(token: str) -> str | None:
    """Return a token of a link in its usual form, or None if it isn't a GUID."""
    try:
        return str(parse_token(token.strip()))
    except ValueError:
        return None


async def look_up(
    client: Client, keys: Sequence[bytes], token: str, older: LegacyLinks | None = None
) -> EnrolmentStanding | None:
    """Return where the enrolment behind a well-formed token stands, or None if there is none.

    Each key of the ring is tried, since a token made under an older one must go on working; then
    the list is asked, where there are ``older`` links.

    Raises:
        TemporalUnreachable: there was no answer in time.
        ListUnreachable: the list gave none.
    """
    standing = await _of_first(client, candidate_object_ids(token, keys))
    if standing is not None or older is None:
        return standing
    owner = older.known_owner(token)
    if owner is not None and (standing := await _of_first(client, [owner])):
        return standing
    link = await older.find(token)
    if link is None:
        return None
    if link.object_id is not None and (standing := await _of_first(client, [link.object_id])):
        return standing
    return EnrolmentStanding(
        object_id=None, standing=_standing_of_row(link.fields), news_unseen=True, row=link
    )


async def _of_first(client: Client, object_ids: Iterable[str]) -> EnrolmentStanding | None:
    for object_id in object_ids:
        try:
            async with calling_temporal():
                description = await describe_enrolment(client, object_id, rpc_timeout=RPC_TIMEOUT)
        except WorkflowNotFound:
            continue
        return EnrolmentStanding(
            object_id=object_id,
            standing=_standing(description),
            news_unseen=description.raw_description.HasField("pending_workflow_task"),
        )
    return None


def _standing_of_row(fields: Mapping[str, object]) -> Standing:
    # A row that a token led to has that token: no enrolment of it ended without success.
    return Standing.WAITING if status_in(fields) in _BEFORE_THE_CLICK else Standing.USED


def _standing(description: WorkflowExecutionDescription) -> Standing:
    status = description.typed_search_attributes.get(_INVITE_STATUS)
    if description.status in _OPEN:
        return Standing.WAITING if status in _BEFORE_THE_CLICK else Standing.USED
    if (
        description.status is WorkflowExecutionStatus.COMPLETED
        and status == InviteStatus.ACTIVE.value
    ):
        return Standing.USED
    return Standing.ENDED
