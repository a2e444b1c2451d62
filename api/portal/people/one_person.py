"""One person: where they stand, what happens next and why not sooner, and all that happened."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.portal.access import Visitor, VisitorOf
from api.portal.paths import PORTAL
from api.portal.people.list_query import PEOPLE, ListQuery
from api.portal.people.pending import PendingRequest, read_asked
from api.portal.people.wording import ACTIONS, GROUP_EFFECT, GROUP_NAME, TO_DO, Action, may_be_added
from api.portal.services import Portal, PortalOf
from api.portal.times import Clock
from client.people.own_options import read_own_options
from client.people.rollout import Rollout
from client.people.standing import PersonStatus, read_standing
from database.enrolments.contact import read_call_entries
from domain.enrolment.messages import Update
from domain.identifiers import enrolment_workflow_id
from domain.instants import EPOCH, MICROSECOND
from domain.mail.shown.names import mail_name
from domain.portal.call_list import NO_CALLS, CallEntry
from domain.portal.roles import Permission
from domain.standing.attention import to_do
from domain.standing.sentences import (
    is_told,
    mail_outcome,
    next_sentence,
    restart_sentence,
    standing_sentence,
    story_sentence,
    why_sentence,
)
from domain.standing.texts import ATTENTION, MAIL_STATES
from domain.standing.why_not_sooner import HoldReason
from domain.tables.enrolment import EnrolmentRecord
from temporal.encryption.environment import names_of

router = APIRouter(include_in_schema=False)

PERSON = f"{PEOPLE}/{{object_id:uuid}}"
# What happens next says these already: the day on which it is due, or that there is nothing.
_SAID_BY_THE_STEP = frozenset({HoldReason.ENDED, HoldReason.PERSON, HoldReason.NOT_DUE})
# Whoever has the token is the person.
_SECRET = frozenset({"TrackingToken"})


@router.get(PERSON)
async def show_person(
    object_id: UUID, request: Request, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Show all that is known about a person; Temporal isn't asked."""
    status = await read_status(portal, str(object_id), await portal.read_rollout())
    if status is None:
        return await nobody(visitor, portal)
    row = status.page.row
    async with portal.database.reading() as connection:
        calls = await _calls(connection, visitor, row.object_id)
        asked = await read_asked(connection, status, datetime.now(UTC))
        own = await read_own_options(connection, row, portal.config.time_zone)
    pending = asked.pending
    return await portal.pages.page(
        visitor,
        "people/person",
        title=name_of(row),
        section="people",
        **_standing(status, portal.pages.clock(request)),
        **_elsewhere(row, portal),
        attention=[
            (ATTENTION[kind], to_do(kind, status.attention_rules, TO_DO))
            for kind in status.attention
        ],
        forms=_forms(status, pending, visitor, portal.pages.clock(request)),
        group_name=GROUP_NAME if visitor.may(Permission.GROUP) and may_be_added(row) else None,
        group_effect=GROUP_EFFECT,
        chosen=request.query_params.get("do", ""),
        request_id=str(uuid4()),
        pending=pending,
        action=pending and ACTIONS[pending.update],
        outcome=None,
        asked=asked.entries if visitor.may(Permission.AUDIT) else (),
        calls=calls,
        own_hours=own.hours,
        own_mailboxes=own.mailboxes,
    )


async def read_status(
    portal: Portal, object_id: str, rollout: Rollout | None = None
) -> PersonStatus | None:
    """Return where a person stands, None when nobody has this ObjectId.

    What holds up everybody is read now, where ``rollout`` doesn't say it.

    Raises:
        DatabaseError: the tables can't be read.
    """
    async with portal.database.reading() as connection:
        return await read_standing(
            connection, object_id, portal.config.sending, datetime.now(UTC), rollout
        )


async def nobody(visitor: Visitor, portal: Portal) -> Response:
    """Return the page that says that there is no such person or thing."""
    return await portal.pages.page(
        visitor,
        "people/nobody",
        title="Not found",
        section="people",
        status=HTTPStatus.NOT_FOUND,
    )


def name_of(row: EnrolmentRecord) -> str:
    """Return what a person is called, also when retention has deleted the name."""
    return row.display_name or row.upn or "A person whose details were deleted"


def _standing(status: PersonStatus, clock: Clock) -> dict[str, Any]:
    row = status.page.row
    return {
        "row": row,
        "standing": standing_sentence(row, clock.text),
        "next_step": next_sentence(row, status.holds, clock.text),
        "restart": row.ended and restart_sentence(row.ended),
        "why": [why_sentence(hold, clock.text) for hold in status.holds]
        if any(hold.reason not in _SAID_BY_THE_STEP for hold in status.holds)
        else [],
        "events": [
            {"at": event.at, "text": story_sentence(event), "kind": event.kind}
            for event in reversed(status.page.story)
            if is_told(event)
        ],
        "mails": list(enumerate(status.page.mails, start=1)),
        "mail_name": mail_name,
        "mail_states": MAIL_STATES,
        "mail_outcome": mail_outcome,
        "same_manager": row.manager_upn and ListQuery(given={"manager": row.manager_upn}).path(),
        "same_batch": ListQuery(given={"batch": row.batch_id}).path(),
    }


def _elsewhere(row: EnrolmentRecord, portal: Portal) -> dict[str, Any]:
    workflow_id = enrolment_workflow_id(row.object_id)
    has_been_written = bool(row.written or row.item_id)
    return {
        "workflow_id": workflow_id,
        "temporal_ui": temporal_page(portal, row.object_id),
        "temporal_query": names_of(portal.client).shown_condition(row.upn) if row.upn else None,
        "item_page": (
            f"{PEOPLE}/{row.object_id}/list-item"
            if portal.tracking_list is not None and (row.item_id or "").isdecimal()
            else None
        ),
        "compare_page": f"{PEOPLE}/{row.object_id}/list-item/compare" if row.item_id else None,
        "written_at": EPOCH + row.revision * MICROSECOND if has_been_written else None,
        "columns": [
            (name, value)
            for name, value in row.written.items()
            if name not in _SECRET and value not in {None, ""}
        ],
        "refused": {name: datetime.fromisoformat(at) for name, at in row.refused.items()},
        "erase_page": f"{PEOPLE}/{row.object_id}/erase",
        "audit_page": f"{PORTAL}/audit?person={row.object_id}",
    }


def temporal_page(portal: Portal, object_id: str) -> str | None:
    """Return the address of a person's workflow in the Temporal UI, None where none is set."""
    ui, namespace = portal.portal.temporal_ui, portal.portal.namespace
    workflow_id = enrolment_workflow_id(object_id)
    return ui and f"{ui.rstrip('/')}/namespaces/{namespace}/workflows/{workflow_id}"


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that asks for something; ``holds`` are why a mail that it asks for stays."""

    action: Action
    path: str
    holds: tuple[str, ...] = ()


def _forms(
    status: PersonStatus, pending: PendingRequest | None, visitor: Visitor, clock: Clock
) -> list[_Form]:
    """Return the forms for what the reader may ask of this person now.

    What is pending isn't offered again, but what would take it back is.
    """
    row = status.page.row
    asked = pending and pending.update
    if row.ended is not None or asked is Update.CANCEL:
        return []
    if pending is not None:
        row = pending.as_if_done(row)
    stops = tuple(why_sentence(hold, clock.text) for hold in status.mail_stops)
    return [
        _Form(action, f"{PEOPLE}/{row.object_id}/{key}", stops if action.mails else ())
        for key, action in ACTIONS.items()
        if visitor.may(action.permission) and action.fits(row) and key is not asked
    ]


async def _calls(connection: AsyncConnection, visitor: Visitor, object_id: str) -> CallEntry | None:
    """Return the telephone numbers for those who may see them, None for others."""
    if not visitor.may(Permission.CONTACT):
        return None
    known = await read_call_entries(connection, [object_id])
    return known.get(object_id, NO_CALLS)
