"""Who did what, when and why: the log, its check, and its export."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.exports.audit import audit_file
from api.portal.access import FormOf, UnknownFilters, Visitor, allowed
from api.portal.audit.query import AUDIT, LogQuery, action_name, log_query
from api.portal.services import Portal, PortalOf
from database.audit.actors import read_actor_names, read_unverified_names
from database.audit.chain import head, verify
from database.audit.entries import AuditFilter, read_entries, read_outcomes
from database.enrolments.person import find_people, read_names
from domain.portal.roles import Permission
from domain.tables.audit import AuditAction, parse_head, with_outcome
from domain.wording.counted import counted

router = APIRouter(include_in_schema=False)

AuditorOf = Annotated[Visitor, Depends(allowed(Permission.AUDIT))]
"""Somebody who may read the audit log."""

_SHOWN = 50


@router.get(AUDIT)
async def show_log(request: Request, visitor: AuditorOf, portal: PortalOf) -> Response:
    """Show a page of the log, each action with how it ended."""
    query = log_query(request.query_params, portal.config.time_zone)
    async with portal.database.reading() as connection:
        wanted = await _wanted(portal, query)
        entries = {}
        if wanted is not None:
            entries = await read_entries(connection, wanted, before=query.before, limit=_SHOWN + 1)
        numbers = list(entries)[:_SHOWN]
        outcomes = await read_outcomes(connection, numbers)
        people = {entries[one].person for one in numbers}
        names = await read_names(connection, [one for one in people if one])
        actors = await read_actor_names(connection)
        unverified = await read_unverified_names(connection)
        last = await head(connection)
    return await portal.pages.page(
        visitor,
        "audit/log",
        title="Audit",
        section="audit",
        query=query,
        rows=[
            (number, with_outcome(entries[number], outcomes.get(number)), outcomes.get(number))
            for number in numbers
        ],
        next_page=query.page_before(numbers[-1]) if len(entries) > _SHOWN else None,
        people=names,
        actors=actors,
        unverified=unverified,
        actions=[(one.value, action_name(one)) for one in AuditAction],
        action_name=action_name,
        last=last,
    )


@router.post(f"{AUDIT}/verify")
async def check(visitor: AuditorOf, portal: PortalOf, form: FormOf) -> Response:
    """Check every entry against the one before, and the log against a head that was noted."""
    noted = str(form.get("head", "")).strip()
    known = parse_head(noted)
    if noted and known is None:
        told = "A head is a number, a colon and 64 hexadecimal digits. Nothing was checked."
        await visitor.tell("bad", told)
        return portal.go_to(AUDIT)
    async with portal.database.reading() as connection:
        found = await verify(connection, known)
    if found.is_whole:
        compared = " It agrees with the head that you gave." if known else ""
        await visitor.tell(
            "good",
            f"The audit log is whole: {counted(found.head.number, 'entry')}.{compared} "
            f"Head: {found.head.number}:{found.head.hash}",
        )
    else:
        await visitor.tell(
            "bad",
            f"The audit log is broken at entry {found.broken_at}: compare it with a backup.",
        )
    return portal.go_to(AUDIT)


@router.get(f"{AUDIT}/export.csv", dependencies=[Depends(allowed(Permission.AUDIT))])
async def export(request: Request, portal: PortalOf) -> Response:
    """Return every entry that the filters want, outcomes included, the latest first.

    Raises:
        UnknownFilters: the address has such.
    """
    query = log_query(request.query_params, portal.config.time_zone)
    if query.unknown:
        raise UnknownFilters(query.unknown)
    wanted = await _wanted(portal, query)
    return audit_file(portal.database, wanted, portal.portal.demo_calendar)


async def _wanted(portal: Portal, query: LogQuery) -> AuditFilter | None:
    """Return which entries are wanted; None where the person is nobody, or may be several."""
    if not query.person:
        return query.wanted(None)
    if query.person_id:
        return query.wanted(query.person_id)
    async with portal.database.reading() as connection:
        found = await find_people(connection, query.person, limit=2)
    same = [one for one in found if one.upn.casefold() == query.person.casefold()]
    if same or len(found) == 1:
        return query.wanted((same or found)[0].object_id)
    return None
