"""What belongs to no enrolment is kept as it was said last."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from client.people.rollout import read_rollout
from database.engine import Database
from database.mail.senders import others_counted, probed, read_senders, set_sender
from database.rollout.control import read_control, set_control
from database.rollout.marks import (
    is_complete,
    mark_complete,
    raise_high_water,
    read_passes,
    set_pass,
    unmark,
)
from database.rollout.older_tokens import OlderToken, finish_pass, put_tokens
from database.rollout.policy import (
    read_policy,
    read_worker_settings,
    set_policy,
    set_worker_settings,
)
from database.rollout.processes import FORGOTTEN_AFTER, read_processes, report_process
from database.schema import older_token, policy
from domain.tables.mail import ProbeOutcome, SenderState
from domain.tables.rollout import MailControl, Process, ProcessKind, Sender, WorkerSettingsInForce
from domain.tables.sending import LimitsInForce
from tests.database.values import MAILBOX, NOW, object_id

LATER = NOW + timedelta(hours=1)


async def test_the_switch_says_who_stopped_mail(database: Database) -> None:
    """Until somebody stops mail there is nothing to say."""
    stopped = MailControl(mail_stopped=True, since=NOW, actor="Ada", reason="phishing alarm")
    async with database.writing() as connection:
        assert await read_control(connection) is None
        await set_control(connection, stopped)
        assert await read_control(connection) == stopped
        await set_control(connection, MailControl(mail_stopped=False, since=LATER, actor="Ada"))
        assert await read_control(connection) != stopped


async def test_a_mailbox_keeps_what_was_seen_in_it(database: Database) -> None:
    """State, probe and the mails of others are told together."""
    async with database.writing() as connection:
        await set_sender(connection, MAILBOX, SenderState.PAUSED, now=NOW, reason="5.1.8")
        await probed(connection, MAILBOX, now=LATER, outcome=ProbeOutcome.MISSING)
        await others_counted(connection, MAILBOX, 12, now=LATER)
        assert await read_senders(connection) == [
            Sender(
                address=MAILBOX,
                state=SenderState.PAUSED,
                since=NOW,
                reason="5.1.8",
                probed_at=LATER,
                probe_outcome=ProbeOutcome.MISSING,
                others_sent=12,
                others_counted_at=LATER,
            )
        ]


async def test_only_marked_tables_are_complete(database: Database) -> None:
    """New, restored and unmarked tables never say that somebody isn't there."""
    async with database.writing() as connection:
        assert not await is_complete(connection, 0)
        await mark_complete(connection, now=NOW)
        assert await is_complete(connection, 0)
        assert await raise_high_water(connection, 5, now=NOW) == 5
        assert await raise_high_water(connection, 3, now=NOW) == 5
        assert await is_complete(connection, 5)
        assert not await is_complete(connection, 6)
        await unmark(connection)
        assert not await is_complete(connection, 5)


async def test_the_last_pass_of_each_kind_is_kept(database: Database) -> None:
    """A newer pass takes the place of the older."""
    async with database.writing() as connection:
        await set_pass(connection, "reconcile", {"rows": 1}, now=NOW)
        await set_pass(connection, "reconcile", {"rows": 2}, now=LATER)
        await set_pass(connection, "sweep", {}, now=NOW)
        await mark_complete(connection, now=NOW)
        passes = await read_passes(connection)
    assert passes == {"reconcile": (LATER, {"rows": 2}), "sweep": (NOW, {})}


async def test_tokens_that_left_the_list_are_forgotten(database: Database) -> None:
    """A whole pass keeps what it saw and forgets the rest."""
    kept, gone = OlderToken(token=object_id(1), item_id="1"), object_id(2)
    async with database.writing() as connection:
        await put_tokens(connection, [kept, OlderToken(token=gone, item_id="2")], pass_number=1)
        assert await finish_pass(connection, 1, now=NOW) == 0
        await put_tokens(connection, [replace(kept, object_id=object_id(9))], pass_number=2)
        await put_tokens(connection, [], pass_number=2)
        assert await finish_pass(connection, 2, now=NOW) == 1
        rows = (await connection.execute(select(older_token))).all()
    assert rows == [(object_id(1), object_id(9), "1", 2)]


async def test_the_limits_in_force_keep_their_date(database: Database) -> None:
    """A worker that starts with the same settings changes nothing."""
    limits = LimitsInForce(per_minute=25, per_hour=350, per_day=750)
    async with database.writing() as connection:
        assert await read_policy(connection) is None
        changed = replace(limits, per_day=9)
        for now, told, since in (
            (NOW, limits, NOW),
            (LATER, limits, NOW),
            (LATER, changed, LATER),
        ):
            await set_policy(connection, told, now=now)
            assert await read_policy(connection) == told
            assert (await connection.scalars(select(policy.c.since))).one() == since


async def test_the_workers_settings_are_read_as_they_were_told(database: Database) -> None:
    """They stand beside the limits and keep a date of their own; a rehearsal is told to pages."""
    limits = LimitsInForce(per_minute=25, per_hour=350, per_day=750)
    every = WorkerSettingsInForce(
        deadline=date(2027, 3, 31),
        has_excluded_group=True,
        excluded_users=2,
        guests="include",
        counted_methods=("fido2", "phone"),
        recheck_active=timedelta(days=7),
        registration_sweep="on",
        attention_after_click=timedelta(days=3),
        retain_ended=timedelta(days=1),
        escalation_fallback="team@contoso.com",
        mail_redirect_to="rehearsal@contoso.com",
    )
    few = replace(
        every, deadline=None, recheck_active=None, retain_ended=None, mail_redirect_to=None
    )
    async with database.writing() as connection:
        await set_policy(connection, limits, now=NOW)
        for now, told, since in ((NOW, few, NOW), (LATER, few, NOW), (LATER, every, LATER)):
            await set_worker_settings(connection, told, now=now)
            assert await read_worker_settings(connection) == told
            query = select(policy.c.since).where(policy.c.name == "worker")
            assert (await connection.scalars(query)).one() == since
            rollout = await read_rollout(connection, NOW)
            assert rollout.rehearsal == (told is every)
        assert await read_policy(connection) == limits


async def test_a_process_that_was_seen_is_told(database: Database) -> None:
    """Silent ones are missing from the list, and forgotten once a later one of their kind runs."""
    worker = Process(
        process_id=object_id(1),
        kind=ProcessKind.WORKER,
        version="1.0",
        started_at=NOW,
        last_seen_at=NOW,
        findings=[{"check": "list", "state": "ok"}],
    )
    async with database.writing() as connection:
        await report_process(connection, worker)
        seen = replace(worker, last_seen_at=LATER)
        await report_process(connection, seen)
        assert await read_processes(connection, since=LATER) == [seen]
        assert await read_processes(connection, since=LATER + timedelta(seconds=1)) == []
        at = LATER + FORGOTTEN_AFTER + timedelta(seconds=1)
        api = replace(seen, process_id=object_id(2), kind=ProcessKind.API, last_seen_at=at)
        await report_process(connection, api)
        assert await read_processes(connection, since=NOW) == [api, seen]
        other = replace(worker, process_id=object_id(3), last_seen_at=at)
        await report_process(connection, other)
        assert await read_processes(connection, since=NOW) == [api, other]
