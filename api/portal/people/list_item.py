"""A person's item on the tracking list: where it is, and how it compares with what was written."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.portal.access import VisitorOf
from api.portal.people.one_person import PERSON, name_of, nobody, read_status
from api.portal.services import PortalOf
from client.people.list_item import SECRET_COLUMNS, NoListItem, compare_list_item
from domain.failures import RolloutError
from domain.instants import EPOCH, MICROSECOND
from domain.plain_text import address_parts
from domain.tracking_list.columns import read_column_instant
from domain.tracking_list.comparison import ComparedColumn, Verdict

router = APIRouter(include_in_schema=False)

_NO_SIGN_IN = (
    "This portal has no sign-in of its own that may read the list (API_CLIENT_ID, SITE_ID and "
    "LIST_ID)."
)
_NO_ITEM = "The item on the list is not known: nothing has been written yet."


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
    parts = address_parts(list_url)
    if parts.scheme != "https" or not parts.hostname or not item_id.isdecimal():
        return None
    path = f"{parts.path.rstrip('/')}/DispForm.aspx"
    return parts._replace(path=path, query=f"ID={int(item_id)}", fragment="").geturl()


@router.get(f"{PERSON}/list-item/compare")
async def compare(object_id: UUID, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Read the item now, and show column by column how it compares with what was written last."""
    status = await read_status(portal, str(object_id))
    if status is None:
        return await nobody(visitor, portal)
    columns: Sequence[ComparedColumn] = ()
    row, failure = status.page.row, None
    seconds = portal.config.result_within.total_seconds()
    try:
        if portal.tracking_list is None:
            failure = _NO_SIGN_IN
        else:
            async with asyncio.timeout(seconds):
                found = await compare_list_item(
                    portal.database,
                    portal.tracking_list,
                    row.object_id,
                    portal.config.token_keys,
                )
            row, columns = found.row, found.columns
    except TimeoutError:
        failure = f"SharePoint has not answered in {seconds:.0f} seconds."
    except NoListItem:
        failure = _NO_ITEM
    except RolloutError as reason:
        failure = str(reason)
    return await portal.pages.page(
        visitor,
        "people/list_item",
        title=f"List item of {name_of(row)}",
        section="people",
        row=row,
        failure=failure,
        columns=columns,
        instant=read_column_instant,
        differing=sum(one.verdict.is_wrong for one in columns),
        verdicts=Verdict,
        secret=SECRET_COLUMNS,
        written_at=EPOCH + row.revision * MICROSECOND,
    )
