"""How an enrolment begins, as intake finds it: its state, and the first write of its row."""

import contextlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from activities.enrolment.send_time import SendTimeInput, send_time
from activities.tracking_list.row_writes import WriteRowInput
from domain.enrolment.decisions import next_action
from domain.enrolment.mail.send_times import LookUpSendTime, send_time_found
from domain.enrolment.record import record_of
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.failures import PermanentFailure
from domain.instants import MICROSECOND, microseconds
from domain.tracking_list.columns import Fields, changed, item_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeInput:
    """Who is taken in.

    Attributes:
        enrolment: what the enrolment was started with.
        early: what it knows until now.
        writes_row: whether the first row is written here; else the mirror is at it already.
    """

    enrolment: EnrolmentInput
    early: EnrolmentState
    writes_row: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeResult:
    """How an enrolment has begun.

    Attributes:
        state: the state that it has begun with, and of its story what intake adds.
        written: the columns as the list holds them.
        row: the write of the first row, None where it is left to the mirror.
        hidden_upn: what stands for the user principal name in the search attribute, where names are
            hidden; None where they aren't.
    """

    state: EnrolmentState
    written: Fields = field(default_factory=dict)
    row: WriteRowInput | None = None
    hidden_upn: str | None = None


def first_write(
    input: IntakeInput, state: EnrolmentState, written: Fields, at: datetime
) -> WriteRowInput | None:
    """Return the first write of a row; None where it isn't intake's, or the list lacks something.

    What the list lacks is written by the mirror, and the database's row with it.
    """
    enrolment = input.enrolment
    item = item_fields(enrolment, state)
    if not input.writes_row or state.item_id is None or changed(item, written):
        return None
    # Looked at a moment later, as the workflow does: what is due "now" has no date of its own. The
    # revision is by Temporal's clock, like all.
    record = replace(record_of(enrolment, state, at + MICROSECOND), revision=microseconds(at))
    return WriteRowInput(
        item_id=state.item_id,
        changes={},
        item=item,
        record=record,
        events=(*input.early.story, *state.story),
        sender=enrolment.sender,
    )


def look_up_send_time(enrolment: EnrolmentInput, state: EnrolmentState, at: datetime) -> None:
    """Look up when the first mail may leave, where that has to be known next.

    What can't be told here the workflow asks for itself, and shows why it can't be told.
    """
    slot = enrolment.invite_not_before
    asked = next_action(state, enrolment.policy, at, invite_not_before=slot)
    if not isinstance(asked, LookUpSendTime):
        return
    question = SendTimeInput(
        question=asked.question,
        at=asked.at,
        object_id=enrolment.object_id,
        policy=enrolment.policy,
    )
    with contextlib.suppress(PermanentFailure):
        send_time_found(state, asked, send_time(question))
