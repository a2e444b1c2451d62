"""How the rollout stands, and who needs attention, from our tables alone."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from api.admin.auth import LookerOf
from api.admin.rest.models import RestModel, problems, rest_router
from api.admin.rest.tables import TablesOf
from client.people.rollout import Rollout, read_rollout
from database.figures.attention import count_attention, read_attention
from database.figures.counts import count_people
from database.people.attention import read_attention_rules
from domain.enrolment.state import EnrolmentEnd
from domain.enrolment.status import InviteStatus
from domain.standing.attention import to_do
from domain.standing.texts import ATTENTION
from domain.tables.attention import AttentionKind
from domain.tables.mail import SenderState
from domain.tables.rollout import ProcessKind

router = rest_router("rollout")

STATUS = "/api/status"
ATTENTION_PATH = "/api/attention"


class MailStopModel(RestModel):
    """That all mail is stopped."""

    since: datetime = Field(description="When it was stopped.")
    actor: str | None = Field(description="Who stopped it.")
    reason: str | None = Field(description="Why.")


class ProcessModel(RestModel):
    """Whether processes of a kind run."""

    kind: ProcessKind = Field(description="The kind of process.")
    is_missing: bool = Field(description="Whether none has been seen lately.")
    seen_at: datetime | None = Field(
        description="When one was seen last; null: none has been started yet."
    )


class BlockedSenderModel(RestModel):
    """A mailbox that may not send."""

    address: str = Field(description="The mailbox.", examples=["mfa@contoso.com"])
    state: SenderState = Field(
        description="Whether it pauses, or was stopped.", examples=["stopped"]
    )
    since: datetime = Field(description="Since when.")
    reason: str | None = Field(description="The code that Exchange gave.", examples=["5.1.8"])


class FaultModel(RestModel):
    """What a running worker has found wrong, as `mfa-rollout doctor` names it."""

    check: str = Field(description="What was looked at.", examples=["enforcement_group"])
    about: str = Field(description="Which one of several.", examples=[""])
    code: str = Field(description="What was found.", examples=["group"])


class StatusModel(RestModel):
    """How many people stand where, and what holds up all of them."""

    total: int = Field(description="All people.")
    running: dict[InviteStatus, int] = Field(
        description="People whose enrolment runs, by status.", examples=[{"Sent": 312}]
    )
    ended: dict[EnrolmentEnd, int] = Field(
        description="People whose enrolment has ended, by how.", examples=[{"active": 4711}]
    )
    need_attention: int = Field(description="People and rows that an admin should look at.")
    mail_stopped: MailStopModel | None = Field(description="Who stopped all mail; null: it is on.")
    processes: list[ProcessModel] = Field(description="Whether workers and APIs run.")
    blocked_senders: list[BlockedSenderModel] = Field(description="Mailboxes that may not send.")
    faults: list[FaultModel] = Field(description="What running workers have found wrong.")
    rebuild_since: datetime | None = Field(
        description="Since when list and database differ so much that nothing is corrected."
    )


class AttentionCountModel(RestModel):
    """One kind of attention, and how many it concerns."""

    kind: AttentionKind = Field(description="The kind, for programs.")
    text: str = Field(description="The kind in words.", examples=["Mail was returned"])
    to_do: str = Field(
        description="What an admin does about it.",
        examples=["Correct the mail address in Entra ID, or resend."],
    )
    count: int = Field(description="How many people or rows.")


class AttentionCountsModel(RestModel):
    """All kinds of attention that there are at the moment."""

    kinds: list[AttentionCountModel] = Field(description="Only kinds that concern anybody.")


class AttentionItemModel(RestModel):
    """Somebody, or a row of a file, that an admin should look at."""

    since: datetime = Field(description="Since when; the list begins with the longest.")
    object_id: str | None = Field(description="The person; null: a row that names nobody.")
    upn: str | None = Field(description="Their user principal name.")
    display_name: str | None = Field(description="Their name.")
    detail: str | None = Field(description="What exactly is wrong.")


class AttentionPageModel(RestModel):
    """A page of those who need attention for one reason."""

    kind: AttentionKind = Field(description="The kind.")
    text: str = Field(description="The kind in words.", examples=["Mail was returned"])
    to_do: str = Field(
        description="What an admin does about it.",
        examples=["Correct the mail address in Entra ID, or resend."],
    )
    total: int = Field(description="How many there are on all pages.")
    items: list[AttentionItemModel] = Field(description="Those of this page.")


@router.get(STATUS, operation_id="showStatus", responses=problems(404))
async def show_status(
    _: LookerOf,
    tables: TablesOf,
    batch: Annotated[str | None, Query(description="Count only this batch.")] = None,
    department: Annotated[str | None, Query(description="Count only this department.")] = None,
) -> StatusModel:
    """Count how many people stand where, and tell what holds up all of them."""
    now = datetime.now(UTC)
    async with tables.reading() as connection:
        people = await count_people(connection, batch_id=batch, department=department)
        attention = await count_attention(connection, now=now)
        rollout = await read_rollout(connection, now)
    return StatusModel(
        total=people.total,
        running=people.running,
        ended=people.by_end,
        need_attention=sum(attention.values()),
        mail_stopped=_mail_stop(rollout),
        processes=[
            ProcessModel(
                kind=kind, is_missing=kind in rollout.missing, seen_at=rollout.seen_at.get(kind)
            )
            for kind in ProcessKind
        ],
        blocked_senders=[
            BlockedSenderModel(
                address=one.address, state=one.state, since=one.since, reason=one.reason
            )
            for one in rollout.blocked
        ],
        faults=[
            FaultModel(check=fault.check.value, about=fault.about, code=fault.what.value)
            for fault in rollout.faults
        ],
        rebuild_since=rollout.rebuild_since,
    )


@router.get(ATTENTION_PATH, operation_id="countAttention")
async def count_kinds(_: LookerOf, tables: TablesOf) -> AttentionCountsModel:
    """Count who needs an admin's attention, by kind."""
    async with tables.reading() as connection:
        counts = await count_attention(connection, now=datetime.now(UTC))
        rules = await read_attention_rules(connection)
    return AttentionCountsModel(
        kinds=[
            AttentionCountModel(
                kind=kind, text=ATTENTION[kind], to_do=to_do(kind, rules), count=counts[kind]
            )
            for kind in AttentionKind
            if kind in counts
        ]
    )


@router.get(ATTENTION_PATH + "/{kind}", operation_id="listAttention")
async def list_kind(
    kind: Annotated[AttentionKind, Path(description="Which kind.")],
    _: LookerOf,
    tables: TablesOf,
    page: Annotated[int, Query(ge=1, le=10_000, description="Which page.")] = 1,
    limit: Annotated[int, Query(ge=1, le=500, description="How many on a page.")] = 50,
) -> AttentionPageModel:
    """List who needs attention for one reason, those who have waited longest first."""
    now = datetime.now(UTC)
    async with tables.reading() as connection:
        items = await read_attention(
            connection, kind, now=now, offset=(page - 1) * limit, limit=limit
        )
        counts = await count_attention(connection, now=now)
        rules = await read_attention_rules(connection)
    return AttentionPageModel(
        kind=kind,
        text=ATTENTION[kind],
        to_do=to_do(kind, rules),
        total=counts.get(kind, 0),
        items=[
            AttentionItemModel(
                since=item.since,
                object_id=item.object_id,
                upn=item.upn,
                display_name=item.display_name,
                detail=item.detail,
            )
            for item in items
        ],
    )


def _mail_stop(rollout: Rollout) -> MailStopModel | None:
    control = rollout.control
    if control is None or not control.mail_stopped:
        return None
    return MailStopModel(since=control.since, actor=control.actor, reason=control.reason)
