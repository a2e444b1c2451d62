"""Who needs an admin's attention: by kind, what to do, and the button that does it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.portal.access import VisitorOf
from api.portal.paths import PORTAL
from api.portal.people.export import UNKNOWN_ROWS
from api.portal.people.list_query import ListQuery
from api.portal.people.one_person import temporal_page
from api.portal.people.wording import ACTIONS, GROUP_NAME, TO_DO
from api.portal.services import PortalOf
from database.figures.attention import count_attention, read_attention
from domain.bulk.records import RequestAction
from domain.enrolment.messages import Update
from domain.plain_text import bounded_line
from domain.portal.roles import Permission
from domain.standing.attention import to_do
from domain.standing.texts import ATTENTION
from domain.tables.attention import PEOPLE_KINDS, AttentionKind

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 50
# What is done most often about each kind, where it can be done here.
_BUTTONS = {
    AttentionKind.BOUNCED: Update.RESEND,
    AttentionKind.NO_ADDRESS: Update.RETRY,
    AttentionKind.NO_MANAGER: Update.RETRY,
    AttentionKind.MAIL_UNCONFIRMED: Update.RESEND,
    AttentionKind.NOT_REGISTERED: Update.RESEND,
    AttentionKind.REMINDERS_USED_UP: Update.RESEND,
    AttentionKind.EXCLUDED_BUT_CLICKED: Update.CANCEL,
}
_ADDED_TO_GROUP = frozenset({AttentionKind.LEFT_GROUP, AttentionKind.NOT_IN_GROUP})
_IMPORTED_AGAIN = frozenset(
    {AttentionKind.FAILED, AttentionKind.LOST_METHODS, AttentionKind.UNKNOWN_ROW}
)
_LAST_PAGE = 10_000


@router.get(f"{PORTAL}/attention")
async def show_attention(
    visitor: VisitorOf,
    portal: PortalOf,
    kind: str = "",
    page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1,
) -> Response:
    """Count who needs attention by kind, and list those of one kind, the longest waiting first."""
    at = (await portal.read_rollout()).attention_at(datetime.now(UTC))
    async with portal.database.reading() as connection:
        counts = await count_attention(connection, at)
        chosen = _chosen(kind, counts)
        items = (
            await read_attention(
                connection,
                chosen,
                at,
                offset=(page - 1) * PAGE_SIZE,
                limit=PAGE_SIZE,
            )
            if chosen is not None
            else []
        )
    total = counts.get(chosen, 0) if chosen is not None else 0
    update = _BUTTONS.get(chosen) if chosen is not None else None
    action = ACTIONS[update] if update is not None else None
    return await portal.pages.page(
        visitor,
        "people/attention",
        title="Needs attention",
        section="attention",
        unknown=[bounded_line(kind)] if kind and kind not in set(AttentionKind) else [],
        kinds=[(one, ATTENTION[one], counts[one]) for one in AttentionKind if one in counts],
        chosen=chosen,
        heading=chosen and ATTENTION[chosen],
        to_do=chosen and to_do(chosen, at.rules, TO_DO),
        items=items,
        total=total,
        number=page,
        last=max(1, -(-total // PAGE_SIZE)),
        action=action if action is not None and visitor.may(action.permission) else None,
        group_name=(
            GROUP_NAME if chosen in _ADDED_TO_GROUP and visitor.may(Permission.GROUP) else None
        ),
        for_all=_for_all(chosen, total) if visitor.may(Permission.BULK) else None,
        list_path=_list_path(chosen) if chosen in PEOPLE_KINDS else None,
        rows_path=UNKNOWN_ROWS
        if chosen is AttentionKind.UNKNOWN_ROW and visitor.may(Permission.EXPORT)
        else None,
        temporal_page=partial(temporal_page, portal) if chosen is AttentionKind.STUCK else None,
        compares=chosen is AttentionKind.LIST_DIFFERS,
        imports_again=chosen in _IMPORTED_AGAIN and visitor.may(Permission.IMPORT),
    )


@dataclass(frozen=True, slots=True)
class _ForAll:
    """What can be asked for everybody of a kind at once: ``path`` is the list of them."""

    action: RequestAction
    name: str
    path: str


def _for_all(kind: AttentionKind | None, total: int) -> _ForAll | None:
    """Return what can be asked for all; None where there are no two, or these are no people."""
    if kind not in PEOPLE_KINDS or total <= 1:
        return None
    path = _list_path(kind)
    if kind in _ADDED_TO_GROUP:
        return _ForAll(RequestAction.ADD_TO_GROUP, GROUP_NAME, path)
    update = _BUTTONS.get(kind)
    if update not in {Update.RESEND, Update.RETRY}:
        return None
    return _ForAll(RequestAction(update), ACTIONS[update].name, path)


def _list_path(kind: AttentionKind) -> str:
    return ListQuery(given={"attention": kind.value}).path()


def _chosen(kind: str, counts: dict[AttentionKind, int]) -> AttentionKind | None:
    """Return the kind that is asked for, else the first of which there is somebody."""
    if kind in set(AttentionKind):
        return AttentionKind(kind)
    return next((one for one in AttentionKind if one in counts), None)
