"""Following an import: what is told while it runs, when it fails, and of several under one name."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from client.import_json import batch_json
from client.import_progress import ImportWatch, find_parts
from client.imports import ImportRequest, PartHandle, start_import
from database.engine import Database
from database.imports.imports import read_imports
from domain.enrolment.policy import Policy
from domain.imports.file import read_import_file, read_names
from domain.imports.pace import Pace
from domain.imports.report import ImportReport
from domain.mail.send_window import SendWindow
from domain.status import Source
from domain.tables.imports import ImportState
from graph.sign_in.tokens import TokenSource
from tests.activities.ground import CLIENT_ID, SECRET, Ground, grounded
from tests.activities.stage import Stage, set_up
from tests.support.eventually import eventually
from tests.support.imports import batch_report
from tests.support.microsoft import connection_to
from tests.support.working import working
from worker.build import SANDBOX
from workflows.imports.batch import BatchWorkflow

STARTS_AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
async def ground() -> AsyncIterator[Ground]:
    """Serve a tenant."""
    async with grounded() as ground:
        yield ground


@pytest.fixture
def stage(ground: Ground, client: Client, sqlite_database: Database) -> Stage:
    """Return a stage of one's own."""
    return set_up(ground, client, sqlite_database)


async def begun(stage: Stage, batch: str, queue: str, *names: str) -> list[PartHandle]:
    """Start an import of these names."""
    request = ImportRequest(batch_id=batch, starts_at=STARTS_AT, pace=Pace(per_minute=1))
    file = read_import_file("\n".join(["UPN", *names]).encode())
    return await start_import(stage.client, file, request, task_queue=queue)


async def test_progress_is_told_while_it_runs(
    stage: Stage, client: Client, unique: Callable[[str], str]
) -> None:
    """Rows done grow, the file's own rejections are there early, trouble is told in words."""
    queue = unique("queue")
    names = [stage.user().user_principal_name for _ in range(60)]
    late = names[40].partition("@")[0]
    stage.fault("GET", late, times=None, status=503, retry_after="1")
    watch = ImportWatch(await begun(stage, unique("b"), queue, *names, "?"))
    before = await watch.look()
    assert (before.rows, before.report.rows_done, before.ended) == (60, 0, False)
    assert before.last_invitation_at == STARTS_AT + timedelta(minutes=59)

    async with working(client, stage, queue):

        async def is_in_trouble() -> bool:
            return (await watch.look()).trouble is not None

        await eventually(is_in_trouble)
        amid = await watch.look()
        stage.tenant.faults.clear()

        async def has_ended() -> bool:
            return (await watch.look()).ended

        await eventually(has_ended)
    after = await watch.look()
    assert 0 < amid.report.rows_done < 60
    assert [row.line for row in amid.report.rejected] == [62]
    assert amid.trouble is not None
    assert "slow down" in amid.trouble
    assert (after.report.started, after.report.rows_done, after.trouble) == (60, 60, None)
    assert after.failures == ()


async def test_a_part_may_have_said_nothing_yet(
    stage: Stage, client: Client, unique: Callable[[str], str]
) -> None:
    """Its activity is waiting for a worker: there is no heartbeat, and nothing is done."""
    queue = unique("queue")
    (part,) = await begun(stage, unique("b"), queue, "ada@contoso.example")
    async with Worker(client, task_queue=queue, workflows=[BatchWorkflow], workflow_runner=SANDBOX):

        async def activity_waits() -> bool:
            return bool((await part.describe()).raw_description.pending_activities)

        await eventually(activity_waits)
    progress = await ImportWatch([part]).look()
    await part.terminate("a test")
    assert (progress.rows, progress.report) == (1, ImportReport())
    assert not progress.ended


async def test_an_import_waits_for_an_admin(
    stage: Stage, client: Client, unique: Callable[[str], str]
) -> None:
    """The client secret expires: it is told, nothing has failed, and a new secret lets it go on.

    The batch is told in our tables, too, where ``imports show`` looks.
    """
    tenant, ground = stage.tenant, stage.ground
    tokens = TokenSource(connection_to(ground.running, CLIENT_ID, SECRET))
    stage = stage.but(ground=replace(ground, tokens=tokens))
    app = tenant.apps.put(replace(ground.app, expired_secrets=[SECRET]))
    policy = Policy(retry_blocked=timedelta(milliseconds=500))
    request = ImportRequest(batch_id=unique("b"), starts_at=STARTS_AT, policy=policy)
    file = read_names([stage.user().user_principal_name])
    queue = unique("queue")
    watch = ImportWatch(await start_import(client, file, request, task_queue=queue))

    async def told() -> bool:
        return (await watch.look()).next_attempt_at is not None

    try:
        async with working(client, stage, queue):
            await eventually(told)
            progress = await watch.look()
            assert "client secret has expired" in str(progress.trouble)
            assert (progress.ended, progress.failures) == (False, ())
            answer = batch_json(request.batch_id, progress, last_invitation_at=None)
            assert answer["state"] in {"waiting", "running"}
            async with stage.database.reading() as connection:
                (record,) = await read_imports(connection, batch_id=request.batch_id)
            assert record.state is ImportState.WAITING
            assert record.trouble == progress.trouble
            assert record.finished_at is None
            tenant.apps.put(replace(app, expired_secrets=[]))

            async def has_ended() -> bool:
                return (await watch.look()).ended

            await eventually(has_ended)
    finally:
        tenant.apps.put(replace(app, expired_secrets=[]))
        tokens.close()
    assert ((await watch.look()).report.started, (await watch.look()).failures) == (1, ())


async def test_a_batch_is_found_by_its_name(stage: Stage, unique: Callable[[str], str]) -> None:
    """All files under a name, none of a name that merely begins alike; both are counted."""
    batch, queue = unique("b"), unique("queue")
    mine = [
        *await begun(stage, batch, queue, "ada@contoso.example"),
        *await begun(stage, batch, queue, "bob@contoso.example", "cy@contoso.example"),
    ]
    other = await begun(stage, f"{batch}-2", queue, "ada@contoso.example")

    async def all_are_visible() -> bool:
        return len(await find_parts(stage.client, batch)) == 2

    await eventually(all_are_visible)
    found = await find_parts(stage.client, batch)
    progress = await ImportWatch(found).look()

    assert {part.id for part in found} == {part.id for part in mine}
    assert (progress.rows, progress.parts, progress.parts_ended) == (3, 2, 0)
    for part in (*mine, *other):
        await part.terminate("a test")


async def test_a_part_that_is_not_visible_yet_counts(
    stage: Stage, unique: Callable[[str], str]
) -> None:
    """An import isn't called ended because some of its parts haven't shown up yet."""
    queue = unique("queue")
    names = [f"u{number}@contoso.example" for number in range(2_001)]
    parts = await begun(stage, unique("b"), queue, *names)
    for part in parts:
        await part.terminate("a test")

    half = await ImportWatch(parts[:1]).look()
    whole = await ImportWatch(parts).look()

    assert (half.parts, half.parts_ended, half.ended) == (2, 1, False)
    assert whole.ended


async def test_two_imports_at_once_under_one_name(
    stage: Stage, client: Client, unique: Callable[[str], str]
) -> None:
    """Overlapping files of one batch: everybody is started by one of them, and both are told."""
    batch, queue = unique("b"), unique("queue")
    names = [stage.user().user_principal_name for _ in range(9)]
    async with working(client, stage, queue):
        parts = [
            part
            for started in await asyncio.gather(
                begun(stage, batch, queue, *names[:6]), begun(stage, batch, queue, *names[3:])
            )
            for part in started
        ]
        for part in parts:
            await part.result()
    report = (await ImportWatch(parts).look()).report
    assert (report.started, report.already_enrolled, report.rows_done) == (9, 3, 12)


async def test_a_dry_run_stands_in_no_imports_way(
    stage: Stage, client: Client, unique: Callable[[str], str]
) -> None:
    """Under one batch id both run at once, each is found, and a dry run can be repeated."""
    batch, queue = unique("b"), unique("queue")
    file = read_names([stage.user().user_principal_name, "?"])
    request = ImportRequest(batch_id=batch, starts_at=STARTS_AT, source=Source.MANUAL)
    # The options with which it was started tell when its last invitation leaves.
    pace = Pace(mailboxes=(3,), window=SendWindow(opens=time(9)))
    dry_request = replace(request, dry_run=True, pace=pace)
    (dry,) = await start_import(client, file, dry_request, task_queue=queue)
    (real,) = await start_import(client, file, request, task_queue=queue)
    before = (await ImportWatch([dry]).look()).report
    assert before.dry_run is not None

    async def both_are_visible() -> bool:
        found = [await find_parts(client, batch, dry_run=dry_run) for dry_run in (True, False)]
        return [[part.id for part in parts] for parts in found] == [[dry.id], [real.id]]

    await eventually(both_are_visible)
    await real.terminate("a test")
    async with working(client, stage, queue):
        for _ in range(2):
            parts = await start_import(client, file, dry_request, task_queue=queue)
            report = await batch_report(parts)

    assert report.dry_run is not None
    assert (report.dry_run.resolved, report.dry_run.to_invite, report.started) == (1, 1, 0)
    assert [row.line for row in report.rejected] == [2]
    progress = await ImportWatch(parts).look()
    assert progress.report == report
    assert progress.pace == pace
    assert progress.last_invitation(STARTS_AT) == STARTS_AT.replace(hour=9)
    assert stage.items() == []
