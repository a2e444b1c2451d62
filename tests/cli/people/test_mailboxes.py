"""``mail mailboxes`` and ``mail planned`` show what the portal's pages show."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from database.engine import Database
from database.mail.senders import set_sender
from domain.tables.enrolment import NextStep
from domain.tables.mail import SenderState
from tests.cli.people.conftest import WHEN, Verb, read_json
from tests.database.values import MAILBOX, person, put

SECOND, UNUSED = "mfa-2@contoso.com", "mfa-3@contoso.com"


@pytest.fixture
def mail(verb: Verb, tables: Database, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Give verbs, three mailboxes of which one may not send and one was never used, and mails."""
    monkeypatch.setenv("SENDER_MAILBOXES", f"{MAILBOX},{SECOND},{UNUSED}")
    monkeypatch.setenv("TIME_ZONE", "UTC")

    async def fill() -> None:
        database = Database(tables.url.render_as_string(hide_password=False))
        now = datetime.now(UTC)
        async with database.writing() as connection:
            await set_sender(connection, SECOND, SenderState.STOPPED, now=WHEN, reason="5.1.8")
        due = {"overdue": -1, "soon": 2, "late": 30}
        for number, days in enumerate(due.values(), start=20):
            at = now + timedelta(days=days)
            await put(database, person(number, next_step=NextStep.REMINDER, due_at=at))
        await database.close()

    asyncio.run(fill())
    return verb


def test_mailboxes_are_listed(mail: Verb) -> None:
    """Each has its state, and what to do where it may not send; the table fits a terminal."""
    listed = read_json(mail("mail", "mailboxes", "--json"))
    assert {one["address"]: one["state"] for one in listed} == {
        MAILBOX: "ready",
        SECOND: "stopped",
        UNUSED: None,
    }
    (to_do,) = [one["toDo"] for one in listed if one.get("toDo")]
    output = mail("mail", "mailboxes")[1]
    words = " ".join(output.split())
    assert " ".join(to_do.split()) in words
    assert all(one in words for one in (MAILBOX, SECOND, UNUSED))
    assert max(len(line) for line in output.splitlines()[:4]) <= 80


def test_planned_mails_are_counted_by_day(mail: Verb) -> None:
    """What is due now, then the days in their order, then what is later than these."""
    planned = read_json(mail("mail", "planned", "--json"))
    today = datetime.now(UTC).date()
    assert planned["due"] == [{"mailbox": MAILBOX, "mails": 1}]
    days = [(one["day"], one["mailbox"], one["mails"]) for one in planned["days"]]
    assert (str(today + timedelta(days=2)), MAILBOX, 1) in days
    assert days == sorted(days)
    assert planned["later"] == 1
    first, *_, last = mail("mail", "planned")[1].strip().splitlines()[1:]
    assert (first.split()[:2], last.split()) == (["due", "now"], ["later", "1"])
    assert mail("mail", "planned", "--batch-id", "wintr")[0] == 2


def test_a_mailbox_that_is_not_ours_is_not_tried(mail: Verb) -> None:
    """The message names those that can be tried; nothing is asked of Temporal."""
    status, output = mail("mail", "probe", "other@contoso.com")
    assert (status, all(one in output for one in (MAILBOX, SECOND, UNUSED))) == (2, True)
