"""Compares what people, the tenant and our tables tell: nothing missing, nothing twice."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from cli.processes.demo import demo_tenant
from database.engine import Database
from database.schema import enrolment, sent_mail, story
from domain.status import InviteStatus, MailKind
from domain.tables.mail import MailState
from domain.tables.story import StoryKind
from tests.faults.people import SomePerson, mails_of

KIND_HEADER = "X-MFA-Rollout-Mail"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is so at one instant, wherever it is written down."""

    mails: Mapping[str, Sequence[str]]
    drafts: int
    items: Sequence[Mapping[str, Any]]
    members: Sequence[str]
    enrolments: Mapping[str, Mapping[str, Any]]
    mail_rows: Sequence[Mapping[str, Any]]
    story: Mapping[tuple[str, StoryKind], int]


async def look(people: Iterable[SomePerson], control: httpx.AsyncClient, url: str) -> Seen:
    """Read mailboxes, list, group and tables.

    Raises:
        DatabaseUnavailable: it is away.
    """
    tenant = demo_tenant()
    drafts = await control.get(
        f"/control/mailboxes/{tenant.sender}/messages", params={"folder": "drafts"}
    )
    members = await control.get(f"/control/groups/{tenant.group_id}/members")
    items = await control.get("/control/items")
    database = Database(url)
    try:
        async with database.reading() as connection:
            rows = (await connection.execute(select(enrolment))).mappings().all()
            mail_rows = (await connection.execute(select(sent_mail))).mappings().all()
            events = (await connection.execute(select(story.c.object_id, story.c.kind))).all()
    finally:
        await database.close()
    return Seen(
        mails={
            one.upn: [mail["headers"][KIND_HEADER] for mail in await mails_of(control, one)]
            for one in people
        },
        drafts=len(drafts.json()["value"]),
        items=items.json()["value"],
        members=[member.lower() for member in members.json()["value"]],
        enrolments={str(row["object_id"]).lower(): dict(row) for row in rows},
        mail_rows=[dict(row) for row in mail_rows],
        story=Counter((str(object_id).lower(), kind) for object_id, kind in events),
    )


def discrepancies(
    people: Sequence[SomePerson], seen: Seen, *, lost_mail_rows: Collection[str] = ()
) -> list[str]:
    """Return what is missing, twice, or told otherwise than it is, a sentence each.

    Of whoever is in ``lost_mail_rows``, by ObjectId, our table may lack a mail, or have it as far
    as it was when the backup was taken, but have none twice.
    """
    wrong = [f"{seen.drafts} drafts are left in the mailbox"] * bool(seen.drafts)
    wrong += [
        f"{row['key']} is {row['state'].value}"
        for row in seen.mail_rows
        if row["state"] not in {MailState.SENT, MailState.WITHDRAWN}
        and str(row["object_id"]).lower() not in lost_mail_rows
    ]
    if strangers := set(seen.members) - {one.object_id for one in people}:
        wrong.append(f"{len(strangers)} members who are nobody's")
    items: dict[str, list[Mapping[str, Any]]] = {}
    for item in seen.items:
        items.setdefault(str(item["Title"]).casefold(), []).append(item)
    # What was withdrawn never left: another of its kind was sent in its place.
    kept = [row for row in seen.mail_rows if row["state"] is not MailState.WITHDRAWN]
    sent = Counter(str(row["object_id"]).lower() for row in kept)
    for one in people:
        least = 0 if one.object_id in lost_mail_rows else 1
        found = [
            *_of_mails(seen.mails[one.upn], sent[one.object_id], least=least),
            *(f"a click was answered with {status}" for status in one.wordless),
            *_of_the_list(one, items.get(one.upn, [])),
            *_of_group_and_tables(one, seen),
        ]
        wrong += [f"{one.alias}: {sentence}" for sentence in found]
    return wrong


def _of_mails(mails: Sequence[str], rows: int, *, least: int) -> Iterator[str]:
    if list(mails) != [MailKind.INVITATION.value]:
        yield f"mails {list(mails)}"
    if not least <= rows <= 1:
        yield f"{rows} mails in our table"


def _of_the_list(one: SomePerson, items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(items) != 1:
        yield f"{len(items)} rows on the list"
        return
    [item] = items
    status = expected_status(one).value
    if item.get("InviteStatus") != status:
        yield f"the list says {item.get('InviteStatus')}, not {status}"
    if bool(item.get("ClickedLinkDate")) != one.click_acknowledged:
        yield f"the list has the click {item.get('ClickedLinkDate')}"
    if item.get("ErrorDetails"):
        yield f"the list complains: {item['ErrorDetails']}"


def _of_group_and_tables(one: SomePerson, seen: Seen) -> Iterator[str]:
    if seen.members.count(one.object_id) != int(one.click_acknowledged):
        yield f"{seen.members.count(one.object_id)} times in the group"
    status, row = expected_status(one), seen.enrolments.get(one.object_id)
    if row is None or row["status"] is not status:
        yield f"our table says {row and row['status']}, not {status.value}"
    for kind, times in expected_story(one).items():
        if seen.story.get((one.object_id, kind), 0) != times:
            yield f"{seen.story.get((one.object_id, kind), 0)} x {kind.value}"


def expected_status(person: SomePerson) -> InviteStatus:
    """Return what list and table have to tell of a person at the end."""
    if person.registered:
        return InviteStatus.ACTIVE
    return InviteStatus.ADDED_TO_GROUP if person.click_acknowledged else InviteStatus.SENT


def expected_story(person: SomePerson) -> dict[StoryKind, int]:
    """Return how often these events belong to a person's story."""
    return {
        StoryKind.IMPORTED: 1,
        StoryKind.INVITED: 1,
        StoryKind.CLICKED: int(person.click_acknowledged),
        StoryKind.ADDED_TO_GROUP: int(person.click_acknowledged),
        StoryKind.REGISTERED: int(person.registered),
    }
