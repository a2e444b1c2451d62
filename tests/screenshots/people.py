"""The people of the pictures: a rollout of six weeks, half-way, the same every time."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from demo.past.people import people as made_up
from domain.instants import microseconds
from domain.status import Concern, EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import EnrolmentRecord, NextStep
from domain.tables.story import StoryEvent, StoryKind
from domain.tables.values import Json

NUMBER = 640
WAVES = 6
SENDER = "mfa@contoso.example"
DEPARTMENTS = ("Finance", "Management", "Production", "Research", "Sales")
REFUSED = "Mail to this person was returned (5.1.1): correct the address in Entra ID, or resend."
# After which mail somebody registers, how often, and how many days after the invitation.
WORKED = (("invitation", 50, 0, 6), ("reminder-1", 28, 7, 12), ("reminder-2", 14, 14, 20))

Story = tuple[EnrolmentRecord, list[StoryEvent]]


def population(now: datetime) -> Iterator[Story]:
    """Yield everybody, the one last of whom there is a picture."""
    # Nothing here is a secret.
    source = random.Random(7)  # noqa: S311
    for index, (row, _) in enumerate(made_up(NUMBER, seed=3)):
        yield _person(replace(row, sender=SENDER), index, now, source)
    yield example(now)


def _person(row: EnrolmentRecord, index: int, now: datetime, source: random.Random) -> Story:
    wave = index * WAVES // NUMBER
    invited_at = _working_hour(now - timedelta(days=38 - 7 * wave), source)
    row = replace(
        row,
        batch_id=f"wave-{wave + 1}",
        department=source.choices(DEPARTMENTS, (2, 1, 6, 4, 5))[0],
        invite_sent_at=invited_at,
    )
    (after, _, least, most) = source.choices(WORKED, [one[1] for one in WORKED])[0]
    registered_at = invited_at + timedelta(days=source.uniform(least, most))
    draw = source.random()
    if draw < 0.85 and registered_at < now:
        return _registered(row, after, registered_at)
    if draw > 0.985:
        return _returned(row)
    reminders = min(2, (now - invited_at).days // 7)
    due = invited_at + timedelta(days=7 * (reminders + 1), minutes=source.randrange(300))
    row = replace(row, reminder_count=reminders, due_at=max(due, now + timedelta(hours=2)))
    if source.random() < 0.3:
        clicked_at = invited_at + timedelta(hours=3)
        return _clicked(row, clicked_at)
    return _told(_standing(row, InviteStatus.SENT, next_step=NextStep.REMINDER), {})


def _standing(row: EnrolmentRecord, status: InviteStatus, **values: Any) -> EnrolmentRecord:
    """Return somebody who hasn't registered, as far as is said."""
    usual: dict[str, Any] = dict.fromkeys(
        ("registered_at", "registered_after", "clicked_at", "ended", "ended_at", "problem"), None
    )
    usual |= dict.fromkeys(("problem_since", "problem_concern", "attention", "attention_since"))
    usual |= {"next_step": None, "returned_since": None, "in_group": False}
    registration = RegistrationState.NOT_REGISTERED
    return replace(row, **{**usual, "status": status, "registration": registration, **values})


def _registered(row: EnrolmentRecord, after: str, at: datetime) -> Story:
    clicked_at = at - timedelta(hours=1)
    row = replace(
        _standing(row, InviteStatus.ACTIVE),
        registration=RegistrationState.REGISTERED,
        registered_at=at,
        registered_after=after,
        clicked_at=clicked_at,
        added_to_group_at=clicked_at,
        in_group=True,
        ended=EnrolmentEnd.ACTIVE,
        ended_at=at,
        due_at=None,
    )
    told = {
        clicked_at: StoryKind.CLICKED,
        clicked_at + timedelta(minutes=1): StoryKind.ADDED_TO_GROUP,
    }
    return _told(row, {**told, at: StoryKind.REGISTERED})


def _clicked(row: EnrolmentRecord, at: datetime) -> Story:
    added = {"clicked_at": at, "added_to_group_at": at, "in_group": True}
    follow_up = {"next_step": NextStep.FOLLOW_UP}
    row = _standing(row, InviteStatus.ADDED_TO_GROUP, **added, **follow_up)
    return _told(row, {at: StoryKind.CLICKED, at + timedelta(minutes=1): StoryKind.ADDED_TO_GROUP})


def _returned(row: EnrolmentRecord) -> Story:
    assert row.invite_sent_at is not None
    at = row.invite_sent_at + timedelta(minutes=20)
    problem = {"problem": REFUSED, "problem_since": at, "problem_concern": Concern.DELIVERY}
    attention = {"attention": AttentionKind.BOUNCED, "attention_since": at, "returned_since": at}
    row = _standing(row, InviteStatus.SENT, due_at=None, **problem, **attention)
    return _told(row, {at: StoryKind.PROBLEM_MET})


def _told(row: EnrolmentRecord, later: dict[datetime, StoryKind]) -> Story:
    """Return somebody with their story, from the import on."""
    invited_at = row.invite_sent_at
    assert invited_at is not None
    imported_at = invited_at - timedelta(hours=1)
    told = {imported_at: StoryKind.IMPORTED, invited_at: StoryKind.INVITED, **later}
    events = [
        StoryEvent(
            run_id=row.run_id,
            number=number,
            at=at,
            kind=kind,
            data={"batch": row.batch_id} if kind is StoryKind.IMPORTED else {},
        )
        for number, (at, kind) in enumerate(told.items())
    ]
    return replace(row, revision=microseconds(max(told))), events


def _working_hour(day: datetime, source: random.Random) -> datetime:
    return day.replace(hour=6, minute=0, second=0) + timedelta(seconds=source.randrange(36_000))


OBJECT_ID, RUN_ID = (f"{letter}0000000-0000-4000-8000-000000000007" for letter in "ab")


def example(now: datetime) -> Story:
    """Return somebody of whom there is much to tell: invited, reminded, and on leave for a week."""
    day, began = timedelta(days=1), now.replace(hour=7, minute=4, second=0) - timedelta(days=17)
    told: tuple[tuple[datetime, StoryKind, dict[str, Json], str | None], ...] = (
        (began, StoryKind.IMPORTED, {"batch": "wave-3"}, None),
        (began + timedelta(minutes=9), StoryKind.INVITED, {}, None),
        (began + timedelta(hours=2), StoryKind.OPENED, {}, None),
        (began + 7 * day, StoryKind.REMINDED, {}, None),
        (began + 8 * day, StoryKind.PAUSED, {"reason": "is on leave for a week"}, "Hugo Helpdesk"),
        (began + 15 * day, StoryKind.RESUMED, {"reason": "is back"}, "Hugo Helpdesk"),
        (began + 16 * day, StoryKind.REMINDED, {}, None),
        (began + 16 * day + timedelta(hours=5), StoryKind.OPENED, {}, None),
    )
    events = [
        StoryEvent(run_id=RUN_ID, number=number, at=at, kind=kind, data=data, actor=actor)
        for number, (at, kind, data, actor) in enumerate(told)
    ]
    row = EnrolmentRecord(
        object_id=OBJECT_ID,
        run_id=RUN_ID,
        revision=microseconds(now),
        upn="katarzyna.wisniewska@contoso.example",
        display_name="Katarzyna Wiśniewska",
        mail="katarzyna.wisniewska@contoso.example",
        department="Production",
        language="pl-PL",
        batch_id="wave-3",
        source="CSV Upload",
        manager_upn="petra.vogel@contoso.example",
        sender=SENDER,
        status=InviteStatus.SENT,
        registration=RegistrationState.NOT_REGISTERED,
        invite_sent_at=began + timedelta(minutes=9),
        opened_at=began + timedelta(hours=2),
        last_reminder_at=began + 16 * day,
        last_checked_at=now - timedelta(hours=3),
        reminder_count=2,
        next_step=NextStep.ESCALATION,
        due_at=began + 23 * day,
        item_id="318",
        written={"Title": "katarzyna.wisniewska@contoso.example", "InviteStatus": "Sent"},
        correlation_id=RUN_ID,
    )
    return row, events
