"""Activities use the tables through two clients, whose every call is a transaction."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from database.engine import Database
from database.enrolments.person import read_person
from database.enrolments.records import EnrolmentRecords
from database.errors import DatabaseUnavailable
from database.mail.log import MailLog
from database.mail.reservation import read_mail
from database.schema import template
from domain.enrolment.state import EnrolmentEnd
from domain.failures import AttemptSuperseded, PassingFailure
from domain.records.enrolment import EnrolmentChange, WriteOutcome
from domain.records.mail import MailHold, MailLimits, MailSource, MailState, NotYet
from tests.database.values import NOW, TOMBSTONES, mail, object_id, person

TODAY = (NOW - timedelta(hours=9), NOW + timedelta(hours=15))


def _log(database: Database) -> MailLog:
    return MailLog(database, TOMBSTONES, limits=MailLimits(), clock=lambda: NOW)


async def _drafted(log: MailLog, number: int = 0) -> None:
    wanted = mail(number)
    await log.reserve(wanted, "a", person(number))
    await log.drafting(wanted.key, "a")
    await log.drafted(
        wanted, "a", draft_id="d", source=MailSource(hash="h", text="<p></p>"), values={}
    )


async def test_a_mail_brings_its_person_along(database: Database) -> None:
    """The first mail is reserved together with the person's row, even without a mirror."""
    log = _log(database)
    await _drafted(log)
    assert await log.sending(mail().key, "a", TODAY) == NOW
    await log.sent(mail().key, "a", "accepted")
    async with database.reading() as connection:
        page = await read_person(connection, object_id())
        sources = await connection.execute(select(template.c.hash, template.c.source))
        assert sources.all() == [("h", "<p></p>")]
    assert page is not None
    assert page.row == person()
    assert [(one.state, one.outcome) for one in page.mails] == [(MailState.SENT, "accepted")]


async def test_no_mail_is_reserved_for_an_erased_person(database: Database) -> None:
    """An attempt that comes after the erasure finds that there is nobody to write to."""
    table, log = EnrolmentRecords(database, TOMBSTONES), _log(database)
    await table.write(person(), [])
    await table.erase(object_id(), now=NOW)
    assert (await log.reserve(mail(), "a", person())).state is MailState.WITHDRAWN
    async with database.reading() as connection:
        assert await read_person(connection, object_id()) is None
        assert await read_mail(connection, mail().key) is None


async def test_a_mail_waits_and_goes_on(database: Database) -> None:
    """A refused request frees its place, a second mail waits, a withdrawn one never leaves."""
    log = _log(database)
    await _drafted(log, 1)
    await _drafted(log, 2)
    await log.sending(mail(1).key, "a", TODAY)
    await log.refused(mail(1).key, "a")
    waits = await log.sending(mail(2).key, "a", TODAY)
    assert isinstance(waits, NotYet)
    assert waits.hold is MailHold.MINUTE_FULL
    taken = await log.withdraw(mail(2), "b")
    assert (taken.state, taken.draft_id) == (MailState.DRAFTED, "d")
    with pytest.raises(AttemptSuperseded):
        await log.sending(mail(2).key, "a", TODAY)
    await log.withdrawn(mail(2).key, "b", "registered")
    assert (await log.withdraw(mail(2), "c")).state is MailState.WITHDRAWN


async def test_an_unconfirmed_mail_is_kept_for_somebody(database: Database) -> None:
    """What may have left is finished without being called sent."""
    log = _log(database)
    await _drafted(log)
    await log.sending(mail().key, "a", TODAY)
    await log.unconfirmed(mail().key, "a", "in no folder")
    again = await log.reserve(mail(), "b", person())
    assert (again.state, again.attempt) == (MailState.UNCONFIRMED, "a")


async def test_people_are_written_read_and_stripped_many_at_a_time(database: Database) -> None:
    """A rebuild writes many people at once, a reconcile reads all, retention strips the ended."""
    table = EnrolmentRecords(database, TOMBSTONES)
    ended = {"ended": EnrolmentEnd.ACTIVE, "ended_at": NOW - timedelta(days=400)}
    changes = [EnrolmentChange(row=person(n, **(ended if n % 2 else {}))) for n in range(1200)]
    assert await table.write_all(changes) == [WriteOutcome.APPLIED] * 1200
    assert await table.write_all(changes[:2]) == [WriteOutcome.SUPERSEDED] * 2
    assert len(await table.known([object_id(n) for n in range(1100, 1300)])) == 100
    assert sum([len(rows) async for rows in table.mirrored()]) == 1200
    assert await table.strip_ended(before=NOW - timedelta(days=365), now=NOW) == 600
    assert sum([len(rows) async for rows in table.mirrored()]) == 600


async def test_nobody_is_written_twice_at_once(database: Database) -> None:
    """Two changes of one person in one transaction have no order, and are refused."""
    table = EnrolmentRecords(database, TOMBSTONES)
    with pytest.raises(ValueError, match="each person once"):
        await table.write_all([EnrolmentChange(row=person()), EnrolmentChange(row=person())])


async def test_an_absent_database_is_one_more_unavailable_service() -> None:
    """What retries a service that is away retries the database, too."""
    log = _log(Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing"))
    with pytest.raises(DatabaseUnavailable) as caught:
        await log.drafting(mail().key, "a")
    assert isinstance(caught.value, PassingFailure)
