"""A mail's row lets one attempt go on, and remembers how far it came."""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.mail import budget, steps
from database.mail.reservation import reserve, withdraw
from database.mail.unfinished_mails import count_being_sent
from database.schema import sent_mail
from domain.failures import AttemptSuperseded
from domain.tables.mail import MailLimits, MailState, NotYet, SentMail
from tests.database.values import NOW, mail

KEY = mail().key
TODAY = (NOW - timedelta(hours=9), NOW + timedelta(hours=15))
Step = Callable[[AsyncConnection, str], Awaitable[object]]


async def _drafting(connection: AsyncConnection, attempt: str) -> None:
    await steps.drafting(connection, KEY, attempt)


async def _drafted(connection: AsyncConnection, attempt: str) -> None:
    await steps.drafted(
        connection, KEY, attempt, draft_id="AAMk", template_hash="t", values={"name": "Ada"}
    )


async def _sending(connection: AsyncConnection, attempt: str) -> datetime | NotYet:
    return await budget.sending(
        connection, KEY, attempt, limits=MailLimits(), clock=lambda: NOW, today=TODAY
    )


async def _refused(connection: AsyncConnection, attempt: str) -> None:
    await steps.refused(connection, KEY, attempt)


async def _sent(connection: AsyncConnection, attempt: str) -> None:
    await steps.sent(connection, KEY, attempt, now=NOW, outcome="accepted")


async def _unconfirmed(connection: AsyncConnection, attempt: str) -> None:
    await steps.unconfirmed(connection, KEY, attempt, now=NOW, outcome="not found")


async def _withdrawn(connection: AsyncConnection, attempt: str) -> None:
    await steps.withdrawn(connection, KEY, attempt, now=NOW, outcome="registered")


ALL: list[Step] = [_drafting, _drafted, _sending, _refused, _sent, _unconfirmed, _withdrawn]
# What an attempt has done before a step.
BEFORE: dict[Step, list[Step]] = {
    _drafting: [],
    _drafted: [_drafting],
    _sending: [_drafting, _drafted],
    _withdrawn: [_drafting, _drafted],
}


async def _reserve(database: Database, attempt: str = "first") -> SentMail:
    async with database.writing() as connection:
        return await reserve(connection, mail(), attempt=attempt, now=NOW)


async def _take(database: Database, *taken: Step, attempt: str = "first") -> None:
    for step in taken:
        async with database.writing() as connection:
            await step(connection, attempt)


async def _read(database: Database) -> SentMail:
    async with database.reading() as connection:
        query = select(*(sent_mail.c[one.name] for one in fields(SentMail)))
        row = (await connection.execute(query.where(sent_mail.c.key == KEY))).mappings().one()
    return SentMail(**row)


async def test_a_mail_passes_every_state(database: Database) -> None:
    """Each step is in the row, with the draft, its values and the instant that counts."""
    assert (await _reserve(database)).state is MailState.RESERVED
    await _take(database, _drafting)
    assert (await _read(database)).state is MailState.DRAFTING
    await _take(database, _drafted)
    assert (await _read(database)).draft_id == "AAMk"
    await _take(database, _sending)
    row = await _read(database)
    assert (row.state, row.sending_at) == (MailState.SENDING, NOW)
    await _take(database, _sent)
    row = await _read(database)
    assert (row.state, row.finished_at, row.outcome) == (MailState.SENT, NOW, "accepted")
    assert (row.template_hash, row.values) == ("t", {"name": "Ada"})


async def test_mails_that_are_being_sent_are_counted(database: Database) -> None:
    """A request to send lasts minutes at most; a row that says so for longer is an old one."""
    await _reserve(database)
    await _take(database, _drafting, _drafted, _sending)
    async with database.reading() as connection:
        counts = [
            await count_being_sent(connection, NOW + timedelta(minutes=minutes))
            for minutes in (0, 9, 11)
        ]
    assert counts == [1, 1, 0]


@pytest.mark.parametrize("step", ALL)
async def test_an_older_attempt_is_stopped(database: Database, step: Step) -> None:
    """A stopped worker that goes on changes nothing, whatever it wants to do next."""
    await _reserve(database)
    await _take(database, *BEFORE.get(step, [_drafting, _drafted, _sending]))
    taken_over = await _reserve(database, "second")
    with pytest.raises(AttemptSuperseded):
        await _take(database, step)
    assert await _read(database) == taken_over


@pytest.mark.parametrize("step", ALL)
async def test_a_step_may_be_repeated(database: Database, step: Step) -> None:
    """An attempt that never heard of its commit takes the same step once more."""
    await _reserve(database)
    await _take(database, *BEFORE.get(step, [_drafting, _drafted, _sending]))
    await _take(database, step)
    once = await _read(database)
    await _take(database, step)
    assert await _read(database) == once


@pytest.mark.parametrize("finish", [_sent, _unconfirmed])
async def test_a_finished_mail_stays_finished(database: Database, finish: Step) -> None:
    """A reservation of a mail that left, or may have left, begins nothing anew."""
    await _reserve(database)
    await _take(database, _drafting, _drafted, _sending, finish)
    finished = await _read(database)
    assert await _reserve(database, "second") == finished
    for step in (_drafting, _drafted, _sending, _withdrawn):
        for attempt in ("first", "second"):
            with pytest.raises(AttemptSuperseded):
                await _take(database, step, attempt=attempt)


async def test_a_mail_being_sent_is_never_drafted_again(database: Database) -> None:
    """Once the request may have been made there is no second draft and no withdrawal."""
    await _reserve(database)
    await _take(database, _drafting, _drafted, _sending)
    await _reserve(database, "second")
    for step in (_drafting, _drafted, _withdrawn):
        with pytest.raises(AttemptSuperseded):
            await _take(database, step, attempt="second")


async def test_a_refused_mail_counts_no_more(database: Database) -> None:
    """A mail whose request was refused is a draft again, and its minute is free."""
    await _reserve(database)
    await _take(database, _drafting, _drafted, _sending, _refused)
    row = await _read(database)
    assert (row.state, row.sending_at, row.draft_id) == (MailState.DRAFTED, None, "AAMk")


async def test_a_withdrawal_before_the_reservation_wins(database: Database) -> None:
    """A mail that was withdrawn before any attempt began is never drafted."""
    async with database.writing() as connection:
        row = await withdraw(connection, mail(), attempt="withdrawal", now=NOW)
    assert row.state is MailState.WITHDRAWN
    assert (await _reserve(database)).state is MailState.WITHDRAWN
    with pytest.raises(AttemptSuperseded):
        await _take(database, _drafting)


async def test_a_withdrawal_takes_the_draft_over(database: Database) -> None:
    """The withdrawal learns the draft's id, and the attempt that made it is stopped."""
    await _reserve(database)
    await _take(database, _drafting, _drafted)
    async with database.writing() as connection:
        row = await withdraw(connection, mail(), attempt="withdrawal", now=NOW)
    assert (row.state, row.draft_id) == (MailState.DRAFTED, "AAMk")
    with pytest.raises(AttemptSuperseded):
        await _take(database, _sending)
    await _take(database, _withdrawn, attempt="withdrawal")
    assert (await _read(database)).state is MailState.WITHDRAWN
