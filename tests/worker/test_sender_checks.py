"""A worker looks at every sender mailbox when it starts, and again until it may be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from client.doctor.sender_checks import SenderChecks
from client.people.rollout import read_rollout
from database.rollout.heartbeat import heartbeat
from domain.doctor.checks import Check, Fault, reported_fault
from domain.tables.rollout import ProcessKind
from tests.activities.ground import CLIENT_ID, SENDER
from tests.activities.stage import Stage
from tests.support.eventually import eventually

TICK = timedelta(milliseconds=20)
FOREVER = timedelta(days=1)


@contextmanager
def scopes(stage: Stage, *names: str) -> Iterator[None]:
    """Let RBAC for Applications grant these permissions alone for the sender."""
    app = stage.ground.app
    before = dict(app.mailbox_scopes)
    app.mailbox_scopes = {name: before[name] for name in names}
    stage.tenant.apps.put(app)
    yield
    app.mailbox_scopes = before
    stage.tenant.apps.put(app)


async def test_a_mailbox_that_may_not_be_used_yet(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says which and how it is tested, without an address; the tables say it, too.

    Once the grant is in force, both say that all is well, and nobody looks any more.
    """
    caplog.set_level("INFO", "client.doctor.sender_checks")
    checks = SenderChecks(stage.graph, (SENDER,), client_id=CLIENT_ID)

    async def shown() -> list[tuple[Check, str, Fault]]:
        async with stage.database.reading() as connection:
            rollout = await read_rollout(connection, stage.tenant.clock())
        return [(one.check, one.about, Fault(one.what)) for one in rollout.faults]

    reports = heartbeat(
        stage.database, ProcessKind.WORKER, findings=lambda: checks.findings, every=TICK
    )
    async with reports:
        with scopes(stage, "Mail.ReadWrite"):
            async with checks.running(every=FOREVER):
                await eventually(lambda: bool(caplog.records))
        told = str(vars(caplog.records[0]))
        assert "Test-ServicePrincipalAuthorization" in told
        assert SENDER not in told

        async def is_shown() -> bool:
            return await shown() == [(Check.SENDER, SENDER, Fault.MAILBOX_CANNOT_SEND)]

        await eventually(is_shown)
        async with checks.running(every=TICK):
            await eventually(lambda: len(caplog.records) == 2)
        assert checks.findings == []

        async def is_gone() -> bool:
            return await shown() == []

        await eventually(is_gone)
    assert caplog.records[1].levelname == "INFO"


async def test_a_mailbox_that_is_asked_again(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """While Graph is away nothing is wrong with the mailbox, and it is looked at again."""
    away = stage.fault("GET", "/mailFolders/drafts", status=503, times=None)
    caplog.set_level("WARNING", "client.doctor.sender_checks")
    checks = SenderChecks(stage.graph, (SENDER, "nobody@contoso.example"), client_id=CLIENT_ID)
    async with checks.running(every=TICK):
        await eventually(lambda: away.hits >= 4)
        assert checks.findings == []
        stage.tenant.faults.clear()
        await eventually(lambda: bool(checks.findings))
    (kept,) = checks.findings
    fault = reported_fault(kept)
    assert fault is not None
    assert (fault.about, fault.what) == ("nobody@contoso.example", Fault.MAILBOX)


@pytest.mark.parametrize("kept", [None, {}, {"check": "moon"}, {"check": "list", "state": "ok"}])
def test_a_report_of_another_release(kept: object) -> None:
    """What this release doesn't know is left out."""
    assert reported_fault(kept) is None
