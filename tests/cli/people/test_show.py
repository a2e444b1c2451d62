"""``show`` finds one person by any part of a name, and tells all that our tables hold."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cli.output.tables import clock
from client.people.rollout import read_rollout
from client.people.standing import read_standing
from database.engine import Database
from database.enrolments.contact import keep_contact
from database.imports.imports import begin_import
from domain.identifiers import enrolment_workflow_id
from domain.instants import microseconds
from domain.plain_text import beginning
from domain.portal.call_list import CallEntry
from domain.standing.sentences import NEXT
from domain.standing.texts import ATTENTION, ENDS, STORY, WHY
from domain.standing.why_not_sooner import HoldReason
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep
from domain.tables.rollout import ProcessKind
from domain.tables.sending import LimitsInForce, SendingPolicy
from domain.tables.story import StoryKind
from tests.cli.people.conftest import HOSTILE, WHEN, Verb, read_json, stop_mail, worker_seen
from tests.database.test_imports import IMPORT
from tests.database.values import MAILBOX, object_id, person, put
from worker.report import tell_limits


@pytest.mark.wording
@pytest.mark.parametrize(
    "who", ["ada@contoso.com", "ADA@contoso.com", object_id(1), "lovelace", "da lov"]
)
def test_one_hit_is_told(verb: Verb, who: str) -> None:
    """Whole or part, of any name, in any case: where Ada stands, what is next, and the story."""
    status, output = verb("show", who)
    assert status == 0, output
    assert "Ada Lovelace" in output
    assert InviteStatus.SENT.value in output
    assert clock(WHEN) in output
    assert NEXT[NextStep.REMINDER] in output
    assert beginning(WHY[HoldReason.NOT_DUE]) in output
    assert STORY[StoryKind.INVITED] in output
    assert "on leave" in output
    assert enrolment_workflow_id(object_id(1)) in output
    assert 'UserPrincipalName = "ada@contoso.com"' in output
    assert "Department" in output


def test_the_token_is_told_to_nobody(verb: Verb) -> None:
    """What was written to the list is shown, but for the token that makes a reader Ada."""
    for arguments in ((), ("--json",)):
        output = verb("show", "ada@contoso.com", *arguments)[1]
        assert "ada@contoso.com" in output
        assert "a-secret" not in output


def test_several_hits_are_listed_and_nothing_else(verb: Verb) -> None:
    """The list has name, UPN, status and batch; the status says that nothing was done."""
    status, output = verb("show", "contoso.com")
    assert status == 1
    assert "6 people match" in output
    assert "Ada Lovelace" in output
    assert "winter" in output
    assert STORY[StoryKind.INVITED] not in output
    assert max(len(line) for line in output.splitlines() if "error" not in line) <= 80


def test_nobody_is_found(verb: Verb) -> None:
    """A misspelt name is an error."""
    status, output = verb("show", "lovelaze")
    assert status == 1
    assert "lovelaze" in output


def test_the_one_who_is_being_enrolled_is_meant(verb: Verb) -> None:
    """Of two people who had one name the other has ended, and is found by ObjectId."""
    assert object_id(6) in verb("show", "sam@contoso.com")[1]
    assert ENDS[EnrolmentEnd.GONE] in verb("show", object_id(5))[1]


def test_a_name_cannot_move_the_cursor(verb: Verb) -> None:
    """Escape sequences, line breaks and turned text of a name are only text; markup stays."""
    for words in (("show", object_id(4)), ("show", "person"), ("people", "list")):
        output = verb(*words)[1]
        assert "[bold]B[/bold]" in output.replace("\n", "")
        assert not [c for c in ("\x1b", "\r", "\u202e") if c in output]
    assert read_json(verb("show", object_id(4), "--json"))["person"]["displayName"] == HOSTILE


def test_the_temporal_ui_is_linked(verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its address is known, by the enrolment's id, which names nobody."""
    assert "Temporal UI" not in verb("show", "lovelace")[1]
    monkeypatch.setenv("TEMPORAL_UI", "https://temporal.contoso.com/")
    link = f"temporal.contoso.com/namespaces/default/workflows/mfa-enrolment-{object_id(1)}"
    assert f"https://{link}" in verb("show", "lovelace")[1]


async def test_stops_are_told_as_reasons(tables: Database) -> None:
    """The stop, and the worker that is gone, come from other tables than the person's."""
    await stop_mail(tables)
    await worker_seen(tables, WHEN)
    async with tables.reading() as connection:
        rollout = await read_rollout(connection, WHEN + timedelta(hours=1))
    assert ProcessKind.WORKER in rollout.missing
    assert rollout.seen_at[ProcessKind.WORKER] == WHEN
    assert rollout.control is not None
    assert rollout.control.actor == "Ada"


async def test_the_limit_of_the_worker_counts(tables: Database) -> None:
    """A reader whose MAIL_PER_DAY is another one gives the worker's reason all the same."""
    now = datetime.now(UTC)
    due = {"next_step": NextStep.REMINDER, "due_at": None, "invite_sent_at": WHEN}
    await put(tables, person(7, revision=microseconds(now), **due))
    roomy = SendingPolicy(per_day=1000)

    async def reasons() -> list[HoldReason]:
        async with tables.reading() as connection:
            standing = await read_standing(connection, object_id(7), roomy, now)
        assert standing is not None
        return [hold.reason for hold in standing.holds]

    assert await reasons() == [HoldReason.TURN]
    await tell_limits(tables, LimitsInForce(per_minute=25, per_hour=350, per_day=0))
    assert await reasons() == [HoldReason.BUDGET]


async def test_each_reason_for_attention_is_told(tables: Database, verb: Verb) -> None:
    """Also one that no row holds, with what to do about it; nothing where there is none."""
    long_due = datetime.now(UTC) - timedelta(days=2)
    overdue = {"due_at": long_due, "next_step": NextStep.REMINDER, "display_name": "Olga Overdue"}
    await put(tables, person(9, revision=microseconds(datetime.now(UTC)), **overdue))
    shown = await asyncio.to_thread(verb, "show", "olga")
    told = read_json(await asyncio.to_thread(verb, "show", "olga", "--json"))
    assert f"Attention:      {ATTENTION[AttentionKind.STUCK]}. " in shown[1]
    assert [one["kind"] for one in told["needsAttention"]] == ["stuck"]
    assert all(one["text"] and one["toDo"] for one in told["needsAttention"])
    assert "Attention:" not in (await asyncio.to_thread(verb, "show", "lovelace"))[1]


def test_programs_get_all_of_it(verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--json`` has sentences, the row, the reasons, the story, and a link where there is a UI."""
    links = read_json(verb("show", object_id(1), "--json"))["links"]
    assert links == {"workflowId": enrolment_workflow_id(object_id(1)), "temporalUi": None}
    monkeypatch.setenv("TEMPORAL_UI", "https://temporal.contoso.com/")
    shown = read_json(verb("show", "ada@contoso.com", "--json"))
    assert shown["person"]["upn"] == "ada@contoso.com"
    assert shown["person"]["nextStep"] == "reminder"
    assert [hold["reason"] for hold in shown["whyNotSooner"]] == ["not-due"]
    assert [one["kind"] for one in shown["story"]] == ["imported", "invited", "paused"]
    assert shown["story"][2]["actor"] == "Bob"
    assert shown["statusText"]
    assert shown["nextText"]
    assert all(hold["text"] for hold in shown["whyNotSooner"])
    page = f"https://temporal.contoso.com/namespaces/default/workflows/{links['workflowId']}"
    assert shown["links"]["temporalUi"] == page


def test_without_a_database_it_says_what_to_do(without_tables: Verb) -> None:
    """One message names the settings, the verb that makes the tables, and the way around."""
    status, output = without_tables("show", "ada@contoso.com")
    assert status == 1
    assert "mfa-rollout migrate" in output
    assert "--history" in output
    assert "Traceback" not in output


async def test_whom_to_call_is_told(verb: Verb, tables: Database) -> None:
    """Telephone numbers that are known stand there, for programs as REST has them."""
    entry = CallEntry(phone="+44 1", manager_name="Grace", manager_phone="+44 2")
    assert "Telephone" not in (await asyncio.to_thread(verb, "show", "lovelace"))[1]
    async with tables.writing() as connection:
        await keep_contact(connection, object_id(1), entry, with_manager=True, now=WHEN)
    output = (await asyncio.to_thread(verb, "show", "lovelace"))[1]
    assert ("+44 1" in output, "+44 2" in output) == (True, True)
    told = read_json(await asyncio.to_thread(verb, "show", "lovelace", "--json"))
    assert told["contact"] == {"phone": "+44 1", "managerName": "Grace", "managerPhone": "+44 2"}


async def test_what_the_import_chose_is_told(verb: Verb, tables: Database) -> None:
    """Hours in words and mailboxes, as REST has them."""
    own = {"send_window": "08:00-16:00", "sender_mailboxes": [MAILBOX]}
    hours = "08:00-16:00 mon,tue,wed,thu,fri"
    await put(tables, person(7, batch_id="own", send_hours=hours))
    async with tables.writing() as connection:
        await begin_import(connection, replace(IMPORT, batch_id="own", options=own))
    output = (await asyncio.to_thread(verb, "show", object_id(7)))[1]
    assert "Monday to Friday, 08:00 to 16:00" in output
    told = read_json(await asyncio.to_thread(verb, "show", object_id(7), "--json"))
    assert (told["ownHours"], told["ownMailboxes"]) == (
        "Monday to Friday, 08:00 to 16:00 (UTC)",
        [MAILBOX],
    )
