"""Finds which entries of the audit log are wanted: who acted and whom it is about, by name."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from cli.find_person import only_one, people_called
from cli.terminal import ExitStatus, fail
from database.audit.actors import read_actor_names, read_unverified_names
from database.audit.entries import AuditFilter
from database.engine import Database
from domain.plain_text import one_line
from domain.tables.audit import Actor
from settings import PolicySettings, load_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for, as it was typed; days are without a time."""

    person: str | None = None
    actor: str | None = None
    action: str | None = None
    since: date | None = None
    until: date | None = None


async def audit_filter(database: Database, wanted: Wanted) -> AuditFilter:
    """Return the filter; leave with a message where a name is nobody's, or of several."""
    person = await _person(database, wanted.person) if wanted.person else None
    actor = Actor(name="")
    if wanted.actor:
        async with database.reading() as connection:
            actor = await _actor(connection, wanted.actor)
    # Days begin where the organisation is, as in the portal.
    dates = wanted.since or wanted.until
    zone = ZoneInfo(load_settings(PolicySettings).time_zone) if dates else UTC
    ends = wanted.until and wanted.until + timedelta(days=1)
    return AuditFilter(
        person=person,
        actor_id=actor.object_id,
        actor_name=None if actor.object_id else actor.name or None,
        action=wanted.action,
        since=datetime.combine(wanted.since, time(), zone) if wanted.since else None,
        until=datetime.combine(ends, time(), zone) if ends else None,
    )


async def _person(database: Database, who: str) -> str:
    """Return an ObjectId; of people who were erased only that is left."""
    if (object_id := _guid(who)) is not None:
        return object_id
    found = only_one(who, await people_called(database, who))
    if found is None:
        fail(f"Nobody is called '{who}': name a person by user principal name or ObjectId.")
    return found.object_id


async def _actor(connection: AsyncConnection, who: str) -> Actor:
    """Return whoever has acted under this name, or under one that it is a part of."""
    signed_in = await read_actor_names(connection)
    actors = [Actor(name=name, object_id=one) for one, name in signed_in.items()]
    actors += [Actor(name=name) for name in await read_unverified_names(connection)]
    text, object_id = who.casefold(), _guid(who)
    exact = [
        one
        for one in actors
        if object_id == one.object_id is not None
        or text in {one.name.casefold(), one.shown_name.casefold()}
    ]
    found = exact or [one for one in actors if text in one.shown_name.casefold()]
    if len(found) == 1:
        return found[0]
    names = sorted(one_line(f"{one.shown_name} {one.object_id or ''}").strip() for one in found)
    told = f"{who} may be any of these, name one whole: {'; '.join(names)}."
    nobody = f"Nobody called '{one_line(who)}' has acted: `mfa-rollout audit list` shows who has."
    return fail(told if names else nobody, ExitStatus.USAGE)


def _guid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
