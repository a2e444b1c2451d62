"""What the tables say of an import: who, which file, how far, and the rows to be looked at."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.service import RPCError

from activities.imports.part import IN_FLIGHT, PartInput
from database.engine import Database, default_url
from database.erasure.erasures import Erasures
from database.imports.imports import read_import
from database.imports.rows import read_rows
from database.migrate import upgrade
from database.rollout.marks import mark_complete
from database.rollout.older_tokens import OlderToken, finish_pass, put_tokens
from database.tombstones import Tombstones
from domain.imports.reasons import RowReason
from domain.imports.rows import ReportedRow, Row
from domain.tables.imports import ImportRecord, ImportRow, ImportState, RowOutcome
from tests.activities.attempts import assert_passing
from tests.activities.calls import part
from tests.activities.ground import YEAR
from tests.activities.imports.importing import starting
from tests.activities.imports.test_start_enrolments import enrolment
from tests.activities.stage import Stage
from tests.database.test_imports import IMPORT
from tests.database.values import NOW

BAD = Row(line=90, address="Ada <ada@contoso.example>")
REJECTED = ReportedRow(line=90, reason=RowReason.NAME_AND_ADDRESS)


def recorded(*addresses: str, dry_run: bool = False, **more: object) -> PartInput:
    """Return a part that is recorded, of one part unless told otherwise."""
    record = replace(IMPORT, dry_run=dry_run)
    return part(*addresses, dry_run=dry_run, record=record, **more)


async def read(database: Database) -> ImportRecord:
    """Return the import as the tables have it."""
    async with database.reading() as connection:
        found = await read_import(connection, IMPORT.import_id)
    assert found is not None
    return found


async def rows(database: Database) -> list[ImportRow]:
    """Return the rows that the tables have."""
    async with database.reading() as connection:
        return await read_rows(connection, IMPORT.import_id)


@pytest.mark.parametrize("dry_run", [False, True])
async def test_an_import_is_in_the_tables(stage: Stage, dry_run: bool) -> None:
    """Counts, end, and each row that starts nobody with value, outcome and code; dry runs, too."""
    mail = "mail." + stage.user().user_principal_name
    ada, done = stage.user(mail=mail), stage.user()
    stage.row(Title=done.user_principal_name, InviteStatus="Active")
    names = (ada.user_principal_name, mail, "nobody@contoso.example", done.user_principal_name)

    await starting(stage).next(
        recorded(*names, dry_run=dry_run, rejected=(REJECTED,), ruled_out=(BAD,))
    )

    found = await read(stage.database)
    assert (found.dry_run, found.requested_by, found.file_name) == (dry_run, "Ada", "people.csv")
    assert (found.state, found.trouble) == (ImportState.DONE, None)
    assert found.finished_at is not None
    counts = found.counts["1"]
    assert (counts["rows_done"], counts["counts"]["repeated"]) == (4, 1)
    unknown = ImportRow(
        line=4, value=names[2], outcome=RowOutcome.UNKNOWN, reason=RowReason.UNKNOWN
    )
    repeated = ImportRow(
        line=3,
        value=mail,
        outcome=RowOutcome.REPEATED,
        reason=RowReason.REPEATED,
        detail="2",
        object_id=ada.id,
    )
    lapsed = ImportRow(
        line=5,
        value=names[3],
        outcome=RowOutcome.LAPSED,
        reason=RowReason.LAPSED,
        object_id=done.id,
    )
    rejected = ImportRow(
        line=90,
        value=BAD.address,
        outcome=RowOutcome.REJECTED,
        reason=RowReason.NAME_AND_ADDRESS,
    )
    # A dry run doesn't look whether those who are active still have a method.
    expected = [repeated, unknown, *([] if dry_run else [lapsed]), rejected]
    assert await rows(stage.database) == expected


async def test_an_import_goes_on_without_the_database(stage: Stage, tmp_path: Path) -> None:
    """Everybody is started; the part's end waits, and once the tables are there they catch up."""
    folder = tmp_path / "later"
    away = Database(default_url(folder))
    users = [stage.user() for _ in range(IN_FLIGHT + 1)]
    names = [user.user_principal_name for user in users]
    attempts = starting(stage.but(database=away))
    rows_of_part = recorded(*names, "nobody@contoso.example")

    assert_passing(await attempts.failure(rows_of_part), "DatabaseUnavailable")
    for user in users:
        assert (await enrolment(stage, user).describe()).run_id
    looks = stage.fault("GET", "/users/", times=None)
    assert_passing(await attempts.failure(rows_of_part), "DatabaseUnavailable")
    await upgrade(away)
    report = await attempts.next(rows_of_part)

    assert looks.hits == 0
    assert report.started == IN_FLIGHT + 1
    assert (await read(away)).state is ImportState.DONE
    assert [row.line for row in await rows(away)] == [IN_FLIGHT + 3]
    await away.close()


async def test_an_import_enrols_nobody_who_was_erased_meanwhile(stage: Stage) -> None:
    """Asked for before the erasure, it starts nobody and keeps no address; a later one does."""
    ada, eve = stage.user(), stage.user()
    names = (ada.user_principal_name, eve.user_principal_name)
    await Erasures(stage.database, Tombstones()).erase(eve.id, names[1:])

    report = await starting(stage).next(recorded(*names))
    assert report.rejected == [ReportedRow(line=3, reason=RowReason.ERASED)]
    assert report.rows_done == 2
    assert await rows(stage.database) == []
    assert await enrolment(stage, ada).describe()
    with pytest.raises(RPCError):
        await enrolment(stage, eve).describe()

    later = replace(IMPORT, requested_at=datetime.now(UTC))
    report = await starting(stage).next(part(names[1], record=later))
    assert report.rejected == []
    assert await enrolment(stage, eve).describe()


async def test_trouble_is_told_while_it_lasts(stage: Stage) -> None:
    """A directory that is away is named, and no more once the part is done."""
    user = stage.user()
    stage.fault("GET", "/users/", status=503)
    attempts = starting(stage)
    rows_of_part = recorded(user.user_principal_name)

    assert_passing(await attempts.failure(rows_of_part), "ServiceUnavailable")
    during = await read(stage.database)
    await attempts.next(rows_of_part)

    assert during.state is ImportState.RUNNING
    assert during.trouble
    after = await read(stage.database)
    assert (after.state, after.trouble) == (ImportState.DONE, None)


async def test_a_part_waits_for_an_admin(stage: Stage) -> None:
    """It is attempted again in an hour, and the tables say what has to be done; then it is done."""
    stage.fault("GET", "/users/", status=403)
    attempts = starting(stage)
    rows_of_part = recorded(stage.user().user_principal_name)

    failure = await attempts.failure(rows_of_part)

    assert (failure.type, failure.non_retryable) == ("PermissionDenied", False)
    assert failure.next_retry_delay == rows_of_part.policy.retry_blocked
    found = await read(stage.database)
    assert (found.state, found.finished_at) == (ImportState.WAITING, None)
    assert "User.Read.All" in str(found.trouble)
    assert (await attempts.next(rows_of_part)).started == 1
    assert (await read(stage.database)).state is ImportState.DONE


async def test_only_people_whom_the_list_may_know_wait_for_it(stage: Stage) -> None:
    """While the list is away, an import starts those whom its last pass showed to have no row.

    The others are told of as waiting, and follow when the list is there again.
    """
    new, older = stage.user(), stage.user()
    token = OlderToken(token=str(uuid4()), item_id="1", object_id=older.id)
    async with stage.database.writing() as connection:
        await put_tokens(connection, [token], pass_number=1)
        await finish_pass(connection, 1, now=NOW)
        await mark_complete(connection, now=NOW)
    stage.fault("GET", "/items", status=503)
    attempts = starting(stage)
    rows_of_part = recorded(older.user_principal_name, new.user_principal_name)

    assert_passing(await attempts.failure(rows_of_part), "ServiceUnavailable")

    assert "1 row of the file waits" in str((await read(stage.database)).trouble)
    assert (await enrolment(stage, new).describe()).run_id
    with pytest.raises(RPCError):
        await enrolment(stage, older).describe()
    report = await attempts.next(rows_of_part)
    assert (report.started, report.rows_done, report.repeated) == (2, 2, [])
    assert (await enrolment(stage, older).describe()).run_id


async def test_an_import_is_done_when_all_its_parts_are(stage: Stage) -> None:
    """Each part speaks for itself; the first that is done doesn't end the import."""
    one, two = stage.user(), stage.user()

    await starting(stage).next(recorded(one.user_principal_name, number=1, parts=2))
    between = await read(stage.database)
    await starting(stage).next(recorded(two.user_principal_name, number=2, parts=2))

    assert (between.state, between.finished_at) == (ImportState.RUNNING, None)
    assert (await read(stage.database)).state is ImportState.DONE


async def test_the_same_file_again_says_what_is_true_now(stage: Stage) -> None:
    """A row that was unknown, and is known at the next import, isn't listed any more."""
    name = stage.user().user_principal_name
    later = name.replace("user-", "later-")

    await starting(stage).next(recorded(name, later))
    before = await rows(stage.database)
    stage.tenant.add_user(later).created_at -= YEAR
    await starting(stage).next(recorded(name, later))

    assert [row.value for row in before] == [later]
    assert await rows(stage.database) == []


async def test_a_part_that_is_resumed_is_recorded_once(stage: Stage) -> None:
    """What an attempt wrote before it was killed is there once, with what the next adds."""
    names = [f"nobody{number}@contoso.example" for number in range(IN_FLIGHT + 2)]
    rows_of_part = recorded(*names)
    stage.fault("GET", f"/users/{names[-1].partition('@')[0]}", status=503)
    attempts = starting(stage)

    assert_passing(await attempts.failure(rows_of_part), "ServiceUnavailable")
    halfway = await rows(stage.database)
    await attempts.next(rows_of_part)

    assert len(halfway) == IN_FLIGHT
    assert [row.line for row in await rows(stage.database)] == list(range(2, IN_FLIGHT + 4))
