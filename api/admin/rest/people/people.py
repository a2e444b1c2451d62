"""Lists people, and tells all about one, from our tables alone."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import HTTPException, Path, Query

from api.admin.auth import LookerOf
from api.admin.rest.models import problems, rest_router
from api.admin.rest.people.cursor import Cursors
from api.admin.rest.people.filters import WantedOf
from api.admin.rest.people.person_models import (
    AttentionReasonModel,
    HoldModel,
    LinksModel,
    ListItemModel,
    MailModel,
    PeoplePageModel,
    PersonLineModel,
    PersonModel,
    StoryEventModel,
)
from api.admin.rest.tables import TablesOf
from api.portal.paths import PORTAL
from api.services import Services, ServicesOf
from client.people.own_options import OwnOptions, read_own_options
from client.people.standing import PersonStatus, read_standing
from database.enrolments.people import count_matching, read_people
from domain.identifiers import enrolment_workflow_id
from domain.instants import EPOCH, MICROSECOND
from domain.standing.attention import to_do
from domain.standing.sentences import (
    next_sentence,
    standing_sentence,
    story_sentence,
    why_sentence,
)
from domain.standing.texts import ATTENTION
from domain.tables.people import PeopleOrder

router = rest_router("people")

PEOPLE = "/api/people"
PERSON = PEOPLE + "/{objectId}"

PersonId = Annotated[UUID, Path(alias="objectId", description="The user's ObjectId in Entra ID.")]


@router.get(PEOPLE, operation_id="listPeople", responses=problems(422))
async def list_people(
    services: ServicesOf,
    _: LookerOf,
    tables: TablesOf,
    wanted: WantedOf,
    *,
    sort: Annotated[PeopleOrder, Query(description="By what.")] = PeopleOrder.NAME,
    descending: Annotated[bool, Query(description="The last, or latest, first.")] = False,
    limit: Annotated[int, Query(ge=1, le=500, description="People of a page.")] = 50,
    after: Annotated[
        str | None, Query(max_length=4000, description="`next` of the page before.")
    ] = None,
) -> PeoplePageModel:
    """List the people whom a filter finds, a page at a time."""
    cursors = Cursors(services.config.token_keys)
    list_ = json.dumps([asdict(wanted), sort, descending])
    end = None if after is None else cursors.opened(after, list_)
    if after is not None and end is None:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "after is not the `next` of a page with this filter and order: begin again without it.",
        )
    async with tables.reading() as connection:
        total = await count_matching(connection, wanted)
        page = await read_people(
            connection, wanted, order=sort, descending=descending, after=end, limit=limit
        )
    return PeoplePageModel(
        total=total,
        people=[PersonLineModel.model_validate(line) for line in page.people],
        next=None if page.end is None else cursors.sealed(page.end, list_),
    )


@router.get(PERSON, operation_id="showPerson", responses=problems(404))
async def show_person(
    object_id: PersonId, services: ServicesOf, _: LookerOf, tables: TablesOf
) -> PersonModel:
    """Tell all about one person: where they stand, what comes next, their story and mails."""
    now = datetime.now(UTC)
    async with tables.reading() as connection:
        standing = await read_standing(connection, str(object_id), services.config.sending, now)
        if standing is None:
            raise nobody()
        row, time_zone = standing.page.row, services.config.time_zone
        own = await read_own_options(connection, row, time_zone)
    return _person(standing, own, services)


def nobody() -> HTTPException:
    """Return the answer that nobody has this ObjectId."""
    return HTTPException(
        HTTPStatus.NOT_FOUND, "Nobody with this ObjectId is enrolled, or they were erased."
    )


def utc_clock(at: datetime) -> str:
    """Return an instant as sentences of REST have it."""
    return f"{at.astimezone(UTC):%d %b %Y %H:%M} UTC"


def hold_sentences(standing: PersonStatus) -> list[str]:
    """Return what holds all mail of a person's mailbox, in sentences."""
    return [why_sentence(hold, utc_clock) for hold in standing.mail_stops]


def _person(standing: PersonStatus, own: OwnOptions, services: Services) -> PersonModel:
    row = standing.page.row
    return PersonModel(
        person=PersonLineModel.model_validate(
            {name: getattr(row, name) for name in PersonLineModel.model_fields}
        ),
        status_text=standing_sentence(row, utc_clock),
        next_text=next_sentence(row, standing.holds, utc_clock),
        needs_attention=[
            AttentionReasonModel(
                kind=kind, text=ATTENTION[kind], to_do=to_do(kind, standing.attention_rules)
            )
            for kind in standing.attention
        ],
        why_not_sooner=[
            HoldModel.model_validate(asdict(hold) | {"text": why_sentence(hold, utc_clock)})
            for hold in standing.holds
        ],
        clicked_at=row.clicked_at,
        opened_at=row.opened_at,
        added_to_group_at=row.added_to_group_at,
        last_checked_at=row.last_checked_at,
        own_hours=own.hours,
        own_mailboxes=None if own.mailboxes is None else list(own.mailboxes),
        paused_by=row.paused_by,
        paused_reason=row.paused_reason,
        ended_at=row.ended_at,
        story=[
            StoryEventModel(
                at=event.at, kind=event.kind, text=story_sentence(event), actor=event.actor
            )
            for event in standing.page.story
        ],
        mails=[
            MailModel.model_validate({name: getattr(mail, name) for name in MailModel.model_fields})
            for mail in standing.page.mails
        ],
        tracking_list=ListItemModel(
            item_id=row.item_id,
            written_at=EPOCH + row.revision * MICROSECOND,
            refused=row.refused,
        ),
        links=_links(row.object_id, services),
    )


def _links(object_id: str, services: Services) -> LinksModel:
    workflow_id, portal = enrolment_workflow_id(object_id), services.config.portal
    ui, page = None, None
    if portal is not None:
        page = f"{portal.base_url.rstrip('/')}{PORTAL}/people/{object_id}"
        if portal.temporal_ui is not None:
            path = f"namespaces/{portal.namespace}/workflows/{workflow_id}"
            ui = f"{portal.temporal_ui.rstrip('/')}/{path}"
    return LinksModel(workflow_id=workflow_id, temporal_ui=ui, portal=page)
