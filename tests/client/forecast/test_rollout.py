"""The forecast of a rollout that runs, from what the tables hold of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from client.forecast.rollout import (
    ForecastSettings,
    NewImport,
    read_situation,
    rollout_forecast,
    rollout_forecast_with_import,
    with_import,
)
from database.engine import Database
from database.mail.senders import set_sender, throttled
from database.rollout.control import set_control
from database.rollout.policy import set_policy
from domain.enrolment.policy import Policy
from domain.forecast.rates import Rates, RatesSource
from domain.forecast.result import Forecast
from domain.imports.pace import Pace
from domain.mail.send_window import SendWindow
from domain.status import EnrolmentEnd, InviteStatus, MailKind, RegistrationState
from domain.tables.enrolment import NextStep
from domain.tables.mail import MailLimits, SenderState
from domain.tables.rollout import MailControl
from domain.tables.sending import LimitsInForce
from tests.database.values import MAILBOX, NOW, person, put

DAY = timedelta(days=1)
OTHER = "mfa-2@contoso.com"
NOBODY_ACTS = Rates(invitation=0, reminders=(0,), escalation=0, clicks_only=0)
SETTINGS = ForecastSettings(
    senders=(MAILBOX, OTHER), policy=Policy(max_reminders=3), assumed=NOBODY_ACTS
)
TODAY = NOW.date()


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """Give a database with all tables."""
    database = Database(sqlite_url)
    yield database
    await database.close()


async def forecast_of(database: Database, settings: ForecastSettings = SETTINGS) -> Forecast:
    """Return the forecast of what the tables hold."""
    return await rollout_forecast(database, settings, NOW)


def mails(forecast: Forecast, kind: MailKind) -> dict[int, int]:
    """Return in how many days how many mails of a kind leave."""
    return {
        (day.date - TODAY).days: round(day.mails[kind])
        for day in forecast.days
        if round(day.mails[kind])
    }


async def test_everybody_goes_on_where_they_stand(database: Database) -> None:
    """Each next step is played on its day, and what follows it by the rules."""
    pending = {"status": InviteStatus.PENDING, "invite_sent_at": None, "sender": None}
    rows = [
        person(1, **pending, next_step=NextStep.INVITATION, due_at=NOW + DAY),
        person(2, next_step=NextStep.REMINDER, due_at=NOW + 2 * DAY, reminders_sent=1),
        person(3, next_step=NextStep.ESCALATION, due_at=NOW + 3 * DAY, reminders_sent=2),
        person(
            4, status=InviteStatus.ADDED_TO_GROUP, clicked_at=NOW, sender=OTHER,
            next_step=NextStep.FOLLOW_UP, due_at=NOW + 4 * DAY, follow_ups_sent=1, escalated=True,
        ),
        person(5, status=InviteStatus.PENDING, next_step=NextStep.RESEND),
        person(6, reminders_sent=3, escalated=True),
        person(7, paused_by="ada", next_step=NextStep.REMINDER, due_at=NOW),
        person(8, ended=EnrolmentEnd.GONE),
    ]  # fmt: skip
    for row in rows:
        await put(database, row)
    found = await forecast_of(database)
    assert (found.people, found.idle, found.mailboxes) == (7, 1, 2)
    assert mails(found, MailKind.INVITATION) == {0: 1, 1: 1}
    # The first person's come on the days 8, 15 and 22, the fifth's on 7, 14 and 21.
    assert mails(found, MailKind.REMINDER) == {
        **dict.fromkeys((2, 7, 8, 14, 15, 21, 22), 1),
        # The second's last, and the third's, a week after the reminder before the escalation.
        9: 2,
    }
    assert mails(found, MailKind.ESCALATION) == {3: 2, 15: 1, 16: 1}
    assert mails(found, MailKind.FOLLOW_UP) == {4: 1, 11: 1}
    assert found.rates.source is RatesSource.ASSUMED


async def test_waves_that_were_given_hold(database: Database) -> None:
    """Two imports with waves of their own run: each person has the slot that theirs gave."""
    waiting = {
        "status": InviteStatus.PENDING,
        "invite_sent_at": None,
        "sender": None,
        "next_step": NextStep.INVITATION,
    }
    # By weeks, three at a time, and by days, one at a time.
    slots = [NOW + wave * 7 * DAY for wave in range(3) for _ in range(3)]
    slots += [NOW + wave * DAY for wave in range(4)]
    for number, slot in enumerate(slots):
        await put(database, person(number, **waiting, due_at=slot))
    wide = replace(SETTINGS, pace=Pace(wave_size=100, wave_interval=DAY))
    for settings in (SETTINGS, wide):
        found = await forecast_of(database, settings)
        assert mails(found, MailKind.INVITATION) == {0: 4, 1: 1, 2: 1, 3: 1, 7: 3, 14: 3}


async def test_a_bound_that_counts_from_a_new_link_is_kept(database: Database) -> None:
    """A reminder that the tables announce leaves, though there were more than the bound."""
    values = {"next_step": NextStep.REMINDER, "due_at": NOW + DAY, "escalated": True}
    await put(database, person(1, **values, reminders_sent=5))
    assert mails(await forecast_of(database), MailKind.REMINDER) == {1: 1}


async def test_rates_are_those_seen_so_far(database: Database) -> None:
    """Of 40 people 30 registered on the day of the invitation: so will new ones, or nearly so."""
    active = {
        "status": InviteStatus.ACTIVE,
        "registration": RegistrationState.REGISTERED,
        "ended": EnrolmentEnd.ACTIVE,
    }
    for number in range(30):
        await put(
            database,
            person(number, **active, invite_sent_at=NOW - 20 * DAY, registered_at=NOW - 20 * DAY),
        )
    for number in range(30, 40):
        await put(
            database,
            person(
                number,
                invite_sent_at=NOW - 20 * DAY,
                last_reminder_at=NOW - 6 * DAY,
                reminders_sent=2,
                escalated=True,
                escalated_at=NOW - 5 * DAY,
                next_step=NextStep.REMINDER,
                due_at=NOW + DAY,
            ),
        )
    settings = ForecastSettings(senders=(MAILBOX,), assumed=Rates(), deadline=date(2026, 12, 31))
    async with database.reading() as connection:
        standing = await read_situation(connection, settings, NOW)
    alone = await rollout_forecast(database, settings, NOW)
    both = await rollout_forecast_with_import(database, settings, NewImport(people=500), NOW)
    rates = standing.rates
    assert rates.source is RatesSource.SEEN
    assert rates.invitation == pytest.approx((30 + 20 * 0.4) / (40 + 20))
    assert rates.after_reminder(1) == pytest.approx(20 * 0.3 / (10 + 20))
    # Five of the seven days have passed since the managers were told.
    assert 20 * 0.3 / 30 < rates.escalation < 0.3
    assert rates.delays[0] == pytest.approx((30 + 20 * 0.45) / (30 + 20))
    assert (alone.people, alone.registered_before) == (40, 30)
    assert both.people == 540
    assert mails(both, MailKind.INVITATION) == {0: 450, 1: 50}
    assert mails(both, MailKind.REMINDER)[1] == mails(alone, MailKind.REMINDER)[1]
    assert both.at_deadline is not None


async def test_the_workers_budgets_count(database: Database) -> None:
    """The limits that a worker keeps to are told by the tables."""
    async with database.writing() as connection:
        await set_policy(connection, LimitsInForce(per_minute=5, per_hour=60, per_day=100), now=NOW)
    async with database.reading() as connection:
        standing = await read_situation(connection, SETTINGS, NOW)
    assert standing.situation.limits == MailLimits(per_minute=5, per_hour=60, per_day=100)
    planned = with_import(standing.situation, NewImport(people=100))
    assert [load.sender for load in planned.loads] == [MAILBOX, OTHER]
    assert [sum(group.people for group in load.groups) for load in planned.loads] == [50, 50]


@pytest.mark.parametrize("state", [SenderState.PAUSED, SenderState.STOPPED])
async def test_what_holds_mails_counts(database: Database, state: SenderState) -> None:
    """A blocked mailbox sends nothing, one that is slowed down later, and none while mail stops."""
    for number, sender in enumerate((MAILBOX, OTHER)):
        values = {"next_step": NextStep.REMINDER, "due_at": NOW, "sender": sender}
        await put(database, person(number, **values, reminders_sent=2, escalated=True))
    async with database.writing() as connection:
        await set_sender(connection, MAILBOX, state, now=NOW)
        await set_sender(connection, OTHER, SenderState.READY, now=NOW)
        await throttled(connection, OTHER, until=NOW + 2 * DAY)
    held = await forecast_of(database)
    assert mails(held, MailKind.REMINDER) == {2: 1}
    assert (held.blocked, held.mail_stopped) == ((MAILBOX,), False)
    async with database.writing() as connection:
        await set_sender(connection, MAILBOX, SenderState.READY, now=NOW)
    ready = await forecast_of(database)
    assert mails(ready, MailKind.REMINDER) == {0: 1, 2: 1}
    assert ready.blocked == ()
    async with database.writing() as connection:
        await set_control(connection, MailControl(mail_stopped=True, since=NOW, actor="Ada"))
    stopped = await forecast_of(database)
    assert mails(stopped, MailKind.REMINDER) == {}
    assert stopped.mail_stopped


async def test_the_only_mailbox_is_blocked_before_its_first_mail(database: Database) -> None:
    """Nobody has a mailbox yet, and none is named: those that are known are all there are."""
    waiting = {"status": InviteStatus.PENDING, "next_step": NextStep.INVITATION, "sender": None}
    await put(database, person(1, **waiting, invite_sent_at=None))
    async with database.writing() as connection:
        await set_sender(connection, MAILBOX, SenderState.PAUSED, now=NOW)
    found = await forecast_of(database, replace(SETTINGS, senders=()))
    assert (mails(found, MailKind.INVITATION), round(found.invitations_left)) == ({}, 1)


async def test_an_imports_own_options_count(database: Database) -> None:
    """Its people are with the mailboxes that it names, in its hours; others in those of theirs."""
    hours = "08:00-18:00 mon,tue"
    await put(database, person(1, next_step=NextStep.REMINDER, due_at=NOW, send_hours=hours))
    async with database.reading() as connection:
        standing = await read_situation(connection, SETTINGS, NOW)
    nights = SendWindow(closes=time(6))
    new = NewImport(people=10, pace=Pace(window=nights), senders=(OTHER,))
    waiting, invited = with_import(standing.situation, new).loads
    assert (waiting.sender, invited.sender) == (MAILBOX, OTHER)
    office = SendWindow(opens=time(8), closes=time(18), days=("Mon", "Tue"))
    assert [(one.people, one.window) for one in waiting.groups] == [(1, office)]
    assert [(one.people, one.window) for one in invited.groups] == [(10, nights)]


async def test_an_import_without_mailboxes_has_one(database: Database) -> None:
    """Where no mailbox is configured and nobody is in the tables, one is assumed."""
    settings = ForecastSettings(assumed=NOBODY_ACTS)
    new = NewImport(people=20, pace=Pace(wave_size=10))
    found = await rollout_forecast_with_import(database, settings, new, NOW)
    assert mails(found, MailKind.INVITATION) == {0: 10, 1: 10}
    assert found.mailboxes == 1
