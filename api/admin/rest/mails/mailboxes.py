"""The sender mailboxes: whether each may send, its budget, a probe; and the planned mails."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import HTTPException, Query
from pydantic import Field

from api.admin.auth import LookerOf
from api.admin.rest.mails.switch import SwitcherOf
from api.admin.rest.models import RestModel, body_of, problems, rest_router
from api.admin.rest.request import AskedOf
from api.admin.rest.tables import TablesOf
from api.services import ServicesOf
from api.temporal_calls import calling_temporal
from client.audit.entry import audited
from client.mail.mailbox_json import mailbox_json, planned_json, unused_mailbox_json
from client.mail.mailboxes import read_mailboxes
from client.mail.probe_mailbox import probe_mailbox
from database.audit.entries import was_done
from database.figures.counts import count_people
from database.figures.planned_mails import read_planned
from domain.tables.audit import AuditAction
from domain.tables.mail import SenderState

router = rest_router("mails")

MAILBOXES = "/api/mailboxes"
PLANNED = "/api/planned-mails"
_ADDRESS = "mfa@contoso.com"


class MailboxModel(RestModel):
    """One mailbox that mails are sent from."""

    address: str = Field(description="The mailbox.", examples=[_ADDRESS])
    state: SenderState | None = Field(
        description="Whether it may send; null: it was never used.", examples=["ready"]
    )
    since: datetime | None = Field(description="Since when.")
    to_do: str | None = Field(description="What an admin has to do, where it may not send.")
    left_in_minute: int | None = Field(
        description="Mails that it may still send within a minute; null: no worker has run.",
        examples=[28],
    )
    left_in_hour: int | None = Field(description="Within an hour.", examples=[1200])
    left_in_day: int | None = Field(description="Within 24 hours.", examples=[7990])
    throttled_until: datetime | None = Field(description="Until when Exchange asked to pause.")
    probed_at: datetime | None = Field(description="When it was tried last.")
    probe_outcome: str | None = Field(description="How that ended.")
    last_sent_at: datetime | None = Field(description="When a mail left it last.")


class MailboxesModel(RestModel):
    """All mailboxes that were used, and those of the settings that weren't."""

    mailboxes: list[MailboxModel] = Field(description="The mailboxes.")


class WantedProbeModel(RestModel):
    """Which mailbox is tried."""

    mailbox: str = Field(description="One of `SENDER_MAILBOXES`.", examples=[_ADDRESS])


class ProbeModel(RestModel):
    """A mailbox that is tried."""

    mailbox: str = Field(description="The mailbox.", examples=[_ADDRESS])
    probed: bool = Field(
        description="A worker sends a test mail from it to itself. It may send again when that "
        "arrives, which takes up to ten minutes.",
        examples=[True],
    )


class DueMailsModel(RestModel):
    """Mails whose time has come: they leave as fast as mailboxes may send."""

    mailbox: str | None = Field(description="The mailbox; null: not chosen yet.")
    mails: int = Field(description="How many.")


class PlannedDayModel(DueMailsModel):
    """Mails of one mailbox on one day."""

    day: date = Field(description="The day, in `TIME_ZONE`.", examples=["2026-11-30"])


class PlannedMailsModel(RestModel):
    """The mails of the next 14 days."""

    at: datetime = Field(description="As of when.")
    due: list[DueMailsModel] = Field(description="Mails that are due.")
    days: list[PlannedDayModel] = Field(description="Mails by day and mailbox.")
    later: int = Field(description="Mails after the last of these days.")


@router.get(MAILBOXES, operation_id="listMailboxes")
async def list_mailboxes(_: LookerOf, services: ServicesOf, tables: TablesOf) -> MailboxesModel:
    """List the mailboxes: whether each may send, and what is left of its budget."""
    configured = services.config.sender_mailboxes
    async with tables.reading() as connection:
        known = await read_mailboxes(connection, configured, datetime.now(UTC))
    used = {one.sender.address for one in known}
    listed = [
        *(mailbox_json(one) for one in known),
        *(unused_mailbox_json(one) for one in configured if one not in used),
    ]
    return MailboxesModel(mailboxes=[MailboxModel.model_validate(one) for one in listed])


@router.post(
    MAILBOXES + "/probe",
    operation_id="probeMailbox",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(413),
    openapi_extra=body_of(WantedProbeModel),
)
async def probe(caller: SwitcherOf, asked: AskedOf) -> ProbeModel:
    """Try a mailbox that may not send, now instead of in half an hour."""
    wanted = await asked.body(WantedProbeModel)
    config = asked.services.config
    if wanted.mailbox not in config.sender_mailboxes:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY, "SENDER_MAILBOXES does not name this mailbox."
        )
    request_id = asked.request_id(caller, f"probe {wanted.mailbox}")
    probed = ProbeModel(mailbox=wanted.mailbox, probed=True)
    async with asked.tables.reading() as connection:
        if await was_done(connection, AuditAction.PROBE_MAILBOX, request_id):
            return probed
    async with (
        audited(
            asked.tables,
            asked.actor(caller),
            AuditAction.PROBE_MAILBOX,
            reason=wanted.mailbox,
            request_id=request_id,
        ),
        calling_temporal(asked.within),
    ):
        await probe_mailbox(
            asked.services.client,
            config.sender_mailboxes.index(wanted.mailbox),
            task_queue=config.task_queue,
        )
    return probed


@router.get(PLANNED, operation_id="listPlannedMails", responses=problems(404))
async def list_planned(
    _: LookerOf,
    services: ServicesOf,
    tables: TablesOf,
    batch: Annotated[str | None, Query(description="Only of this batch.")] = None,
) -> PlannedMailsModel:
    """Count the mails that are planned for the next 14 days, by mailbox and day."""
    portal = services.config.portal
    async with tables.reading() as connection:
        await count_people(connection, batch_id=batch)
        planned = await read_planned(
            connection,
            now=datetime.now(UTC),
            zone=ZoneInfo(services.config.time_zone),
            batch_id=batch,
            calendar=portal.demo_calendar if portal is not None else None,
        )
    return PlannedMailsModel.model_validate(planned_json(planned))
