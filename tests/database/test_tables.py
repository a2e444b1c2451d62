"""Activities use the tables through two clients, whose every call is a transaction."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from database.engine import Database
from database.enrolments.person import read_person
from database.enrolments.records import EnrolmentRecords
from database.erasure.erase import erase
from database.errors import DatabaseUnavailable
from database.mail.log import MailLog
from database.schema import sent_mail, template
from domain.failures import AttemptSuperseded, PassingFailure
from domain.instants import microseconds
from domain.tables.enrolment import WriteOutcome
from domain.tables.mail import MailHold, MailLimits, MailSource, MailState, NotYet
from tests.database.values import NOW, TOMBSTONES, mail, object_id, person

TODAY = (NOW - timedelta(hours=9), NOW + timedelta(hours=15))


def _log(database: Database) -> MailLog:
    return MailLog(database, TOMBSTONES, limits=MailLimits(), clock=lambda: NOW)


async def _drafted(log: MailLog, number: int = 0) -> None:
    wanted = mail(number)
    await log.reserve(wanted, "a", person(number))
    await log.drafting(wanted, "a")
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
    assert page.row == replace(person(), revision=0)
    assert [(one.state, one.outcome) for one in page.mails] == [(MailState.SENT, "accepted")]


async def test_no_mail_is_reserved_for_an_erased_person(database: Database) -> None:
    """An attempt that comes after the erasure finds that there is nobody to write to."""
    table, log = EnrolmentRecords(database, TOMBSTONES), _log(database)
    await table.write(person(), [])
    async with database.writing() as connection:
        await erase(connection, object_id(), now=NOW, tombstones=TOMBSTONES)
    last_refused = microseconds(NOW)
    for revision in (0, last_refused):
        late = replace(person(), revision=revision)
        assert (await log.reserve(mail(), "a", late)).state is MailState.WITHDRAWN
    async with database.reading() as connection:
        assert await read_person(connection, object_id()) is None
        assert (await connection.execute(select(sent_mail.c.key))).all() == []


async def test_who_is_imported_again_after_an_erasure_is_mailed_at_once(
    database: Database,
) -> None:
    """A mail that was begun after the erasure brings a row, which the mirror's write replaces."""
    table, log = EnrolmentRecords(database, TOMBSTONES), _log(database)
    await table.write(person(), [])
    async with database.writing() as connection:
        await erase(connection, object_id(), now=NOW, tombstones=TOMBSTONES)
    after = replace(person(), revision=microseconds(NOW) + 1)
    assert (await log.reserve(mail(), "a", after)).state is MailState.RESERVED
    async with database.reading() as connection:
        page = await read_person(connection, object_id())
    assert page is not None
    assert page.row == replace(after, revision=0)
    assert await table.write(after, []) is WriteOutcome.APPLIED


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


async def test_an_absent_database_is_one_more_unavailable_service() -> None:
    """What retries a service that is away retries the database, too."""
    log = _log(Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing"))
    with pytest.raises(DatabaseUnavailable) as caught:
        await log.drafting(mail(), "a")
    assert isinstance(caught.value, PassingFailure)
