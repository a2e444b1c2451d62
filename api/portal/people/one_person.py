"""One person: where they stand, what happens next and why not sooner, and all that happened."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.portal.access import Visitor, VisitorOf
from api.portal.paths import PORTAL
from api.portal.people.list_query import PEOPLE, ListQuery
from api.portal.people.pending import pending_request
from api.portal.people.wording import ACTIONS, TO_DO, Action
from api.portal.services import Portal, PortalOf
from api.portal.times import Clock
from client.people.standing import PersonStatus, read_standing
from database.audit.entries import AuditFilter, read_entries
from domain.identifiers import USER_PRINCIPAL_NAME, enrolment_workflow_id
from domain.instants import EPOCH, MICROSECOND
from domain.portal.roles import Permission
from domain.standing.sentences import (
    next_sentence,
    standing_sentence,
    story_sentence,
    why_sentence,
)
from domain.standing.texts import ATTENTION, MAIL_STATES
from domain.standing.why_not_sooner import HoldReason
from domain.tables.audit import AuditEntry
from domain.tables.enrolment import EnrolmentRecord

router = APIRouter(include_in_schema=False)

PERSON = f"{PEOPLE}/{{object_id:uuid}}"
# Whoever has the token is the person.
_SECRET = frozenset({"TrackingToken"})


@router.get(PERSON)
async def show_person(
    object_id: UUID, request: Request, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Show all that is known about a person; Temporal isn't asked."""
    status = await read_status(portal, str(object_id))
    if status is None:
        return await nobody(visitor, portal)
    row = status.page.row
    asked = await _asked(visitor, portal, row.object_id)
    pending = pending_request(request.query_params.get("pending", ""))
    return await portal.pages.page(
        visitor,
        "people/person",
        title=name_of(row),
        section="people",
        **_standing(status, portal.pages.clock(request)),
        **_elsewhere(row, portal),
        forms=_forms(status, visitor, portal.pages.clock(request)),
        chosen=request.query_params.get("do", ""),
        request_id=str(uuid4()),
        pending=pending,
        action=pending and ACTIONS[pending.update],
        outcome=("busy", ""),
        asked=asked,
    )


@router.get(f"{PERSON}/list-item")
async def open_list_item(object_id: UUID, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Lead to the person's item on the tracking list, as SharePoint shows it.

    Raises:
        RolloutError: the list can't be asked where it is.
    """
    status = await read_status(portal, str(object_id))
    if status is None or status.page.row.item_id is None or portal.tracking_list is None:
        return await nobody(visitor, portal)
    address = item_address(await portal.tracking_list.web_url(), status.page.row.item_id)
    if address is None:
        return await nobody(visitor, portal)
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def item_address(list_url: str, item_id: str) -> str | None:
    """Return where SharePoint shows an item of a list, None where there is no such address."""
    parts = urlsplit(list_url)
    if parts.scheme != "https" or not parts.hostname or not item_id.isdecimal():
        return None
    path = f"{parts.path.rstrip('/')}/DispForm.aspx"
    return parts._replace(path=path, query=f"ID={int(item_id)}", fragment="").geturl()


async def read_status(portal: Portal, object_id: str) -> PersonStatus | None:
    """Return where a person stands, None when nobody has this ObjectId.

    Raises:
        DatabaseError: the tables can't be read.
    """
    async with portal.database.reading() as connection:
        return await read_standing(connection, object_id, portal.config.sending, datetime.now(UTC))


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
        "why": [
            why_sentence(hold, clock.text)
            for hold in status.holds
            if hold.reason is not HoldReason.ENDED
        ],
        "attention": row.attention and ATTENTION.get(row.attention, row.attention),
        "to_do": row.attention and TO_DO.get(row.attention),
        "events": [
            {"at": event.at, "text": story_sentence(event), "kind": event.kind}
            for event in reversed(status.page.story)
        ],
        "mails": list(enumerate(status.page.mails, start=1)),
        "mail_states": MAIL_STATES,
        "same_manager": row.manager_upn and ListQuery(given={"manager": row.manager_upn}).path(),
        "same_batch": ListQuery(given={"batch": row.batch_id}).path(),
    }


def _elsewhere(row: EnrolmentRecord, portal: Portal) -> dict[str, Any]:
    workflow_id = enrolment_workflow_id(row.object_id)
    ui, namespace = portal.portal.temporal_ui, portal.portal.namespace
    has_been_written = bool(row.written or row.item_id)
    return {
        "workflow_id": workflow_id,
        "temporal_ui": ui and f"{ui.rstrip('/')}/namespaces/{namespace}/workflows/{workflow_id}",
        "temporal_query": f'{USER_PRINCIPAL_NAME} = "{row.upn}"' if row.upn else None,
        "item_page": (
            f"{PEOPLE}/{row.object_id}/list-item"
            if portal.tracking_list is not None and (row.item_id or "").isdecimal()
            else None
        ),
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


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that asks for something; ``holds`` are why a mail that it asks for stays."""

    action: Action
    path: str
    holds: tuple[str, ...] = ()


def _forms(status: PersonStatus, visitor: Visitor, clock: Clock) -> list[_Form]:
    """Return the forms for what the reader may ask of this person now."""
    row = status.page.row
    if row.ended is not None:
        return []
    stops = tuple(why_sentence(hold, clock.text) for hold in status.mail_stops)
    return [
        _Form(action, f"{PEOPLE}/{row.object_id}/{key}", stops if action.mails else ())
        for key, action in ACTIONS.items()
        if visitor.may(action.permission) and action.fits(row)
    ]


async def _asked(visitor: Visitor, portal: Portal, object_id: str) -> list[AuditEntry]:
    """Return what admins have asked for this person, the latest first."""
    if not visitor.may(Permission.AUDIT):
        return []
    async with portal.database.reading() as connection:
        entries = await read_entries(connection, AuditFilter(person=object_id), limit=50)
    return [entry for entry in entries.values() if entry.answers is None]
