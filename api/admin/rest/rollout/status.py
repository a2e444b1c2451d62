"""How the rollout stands: all people, those of each batch or department, what holds up all."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from api.admin.auth import LookerOf
from api.admin.rest.models import RestModel, problems, rest_router
from api.admin.rest.tables import TablesOf
from client.people.rollout import read_rollout
from client.people.rollout_json import rollout_json
from database.figures.attention import count_attention
from database.figures.counts import (
    count_by_batch,
    count_by_department,
    count_people,
    count_registered_after,
)
from domain.mail.shown.names import mail_order
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.mail import SenderState
from domain.tables.people import PeopleCount
from domain.tables.rollout import ProcessKind

router = rest_router("rollout")

STATUS = "/api/status"
_RUNNING = Field(description="People whose enrolment runs, by status.", examples=[{"Sent": 312}])
_ENDED = Field(description="People whose enrolment has ended, by how.", examples=[{"active": 4711}])


class MailStopModel(RestModel):
    """That all mail is stopped."""

    since: datetime = Field(description="When it was stopped.")
    actor: str | None = Field(description="Who stopped it.")
    reason: str | None = Field(description="Why.")
    stop_id: str = Field(
        description="What tells this stop from another: `startMail` takes it.",
        examples=["0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a"],
    )


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
    text: str = Field(
        description="The same in words.", examples=["the group can't be changed by the worker."]
    )
    to_do: str = Field(
        description="What an admin does about it.", examples=["Make the worker an owner of it."]
    )


class StatusModel(RestModel):
    """How many people stand where, and what holds up all of them."""

    total: int = Field(description="All people.")
    running: dict[InviteStatus, int] = _RUNNING
    ended: dict[EnrolmentEnd, int] = _ENDED
    need_attention: int = Field(description="People and rows that an admin should look at.")
    mail_stopped: MailStopModel | None = Field(description="Who stopped all mail; null: it is on.")
    processes: list[ProcessModel] = Field(description="Whether workers and APIs run.")
    blocked_senders: list[BlockedSenderModel] = Field(description="Mailboxes that may not send.")
    faults: list[FaultModel] = Field(description="What running workers have found wrong.")
    rebuild_since: datetime | None = Field(
        description="Since when list and database differ so much that nothing is corrected."
    )


class GroupModel(RestModel):
    """How many people of a batch or a department stand where."""

    name: str | None = Field(
        description="The batch or the department; null: people without one.", examples=["wave-1"]
    )
    total: int = Field(description="All its people.")
    running: dict[InviteStatus, int] = _RUNNING
    ended: dict[EnrolmentEnd, int] = _ENDED


class GroupsModel(RestModel):
    """Batches, or departments, by name."""

    groups: list[GroupModel] = Field(description="Each with its people.")


class MailWorkedModel(RestModel):
    """How many people registered after a mail: the last one before they did."""

    mail: str = Field(description="The mail.", examples=["reminder-1"])
    registered: int = Field(description="How many.", examples=[120])


class MailsWorkedModel(RestModel):
    """The mails after which people registered, in the order in which people get them."""

    mails: list[MailWorkedModel] = Field(description="Each with its people.")


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
        rollout = await read_rollout(connection, now)
        attention = await count_attention(connection, rollout.attention_at(now))
    return StatusModel.model_validate(
        {
            "total": people.total,
            "running": people.running,
            "ended": people.by_end,
            "needAttention": sum(attention.values()),
            **rollout_json(rollout),
        }
    )


@router.get(STATUS + "/batches", operation_id="countBatches")
async def count_batches(_: LookerOf, tables: TablesOf) -> GroupsModel:
    """Count the people of each batch."""
    async with tables.reading() as connection:
        counts = await count_by_batch(connection)
    return _groups(counts.items())


@router.get(STATUS + "/departments", operation_id="countDepartments", responses=problems(404))
async def count_departments(
    _: LookerOf,
    tables: TablesOf,
    batch: Annotated[str | None, Query(description="Count only this batch.")] = None,
) -> GroupsModel:
    """Count the people of each department, or those of a batch."""
    async with tables.reading() as connection:
        await count_people(connection, batch_id=batch)
        counts = await count_by_department(connection, batch_id=batch)
    return _groups(counts.items())


@router.get(STATUS + "/mails", operation_id="countMails")
async def count_mails(_: LookerOf, tables: TablesOf) -> MailsWorkedModel:
    """Count who registered after which mail: which ones worked."""
    async with tables.reading() as connection:
        counts = await count_registered_after(connection)
    return MailsWorkedModel(
        mails=[
            MailWorkedModel(mail=mail, registered=counts[mail])
            for mail in sorted(counts, key=mail_order)
        ]
    )


def _groups(counts: Iterable[tuple[str | None, PeopleCount]]) -> GroupsModel:
    return GroupsModel(
        groups=[
            GroupModel(
                name=name, total=counted.total, running=counted.running, ended=counted.by_end
            )
            for name, counted in sorted(counts, key=lambda one: (one[0] is None, one[0] or ""))
        ]
    )
