"""Health of the parts, and the settings in force."""

from datetime import UTC, date, datetime, timedelta

from database.rollout.policy import set_policy, set_worker_settings
from database.rollout.processes import report_process
from domain.doctor.checks import Check, Fault, found
from domain.doctor.wording import remedy, title
from domain.portal.roles import Role
from domain.tables.rollout import Process, ProcessKind, WorkerSettingsInForce
from domain.tables.sending import LimitsInForce
from tests.api.portal.portal import RunningPortal
from tests.database.values import object_id

WORKER = WorkerSettingsInForce(
    deadline=date(2027, 3, 31),
    guests="reject",
    counted_methods=("fido2",),
    recheck_active=timedelta(days=7),
    registration_sweep="auto",
    attention_after_click=timedelta(days=3),
    retain_ended=None,
    mail_redirect_to="rehearsal@contoso.com",
)


async def test_processes_and_what_they_found_are_shown(portal: RunningPortal) -> None:
    """A fault with its remedy, once; what runs, what has ended, and versions that differ."""
    now = datetime.now(UTC)
    fault = found(Check.DATABASE, Fault.DATABASE_AWAY, sentence="The disk is <full>.")
    processes = [
        Process(
            process_id=object_id(number),
            version=version,
            last_seen_at=seen_at,
            findings=[fault.as_json()],
            kind=ProcessKind.WORKER,
            started_at=now,
        )
        for number, version, seen_at in (
            (1, "7.7", now),
            (2, "7.8", now),
            (3, "6.6", now - timedelta(hours=1)),
        )
    ]
    async with portal.database.writing() as connection:
        for process in processes:
            await report_process(connection, process)
    async with portal.browser(Role.READER) as browser:
        page = (await browser.get("/portal/health")).text
        part = (await browser.get("/portal/health", headers={"HX-Request": "true"})).text
    assert 'hx-get="/portal/health" hx-trigger="every 10s"' in page
    assert part in page
    assert page.count(f"<bdi>{title(fault)}</bdi></h3>") == 1
    assert "The disk is &lt;full&gt;." in page
    assert remedy(fault)[:20] in page
    assert "1, 7.7, 7.8" in page
    assert "6.6</bdi>" in page
    assert page.count(">ended<") == 1


async def test_settings_are_shown_with_their_variables(portal: RunningPortal) -> None:
    """The worker's limits are those in force; where the portal's differ, both are named."""
    async with portal.browser(Role.ADMIN) as browser:
        before = (await browser.get("/portal/settings")).text
        assert "No worker has run yet" in before
        assert "REMINDER_INTERVAL</code>" in before
        limits = LimitsInForce(per_minute=25, per_hour=350, per_day=9000)
        async with portal.database.writing() as connection:
            await set_policy(connection, limits, now=datetime.now(UTC))
            await set_worker_settings(connection, WORKER, now=datetime.now(UTC))
        after = (await browser.get("/portal/settings")).text
    assert "MAIL_PER_DAY=9,000</code>, and this portal with 750" in after
    assert "><bdi>9,000</bdi></td>" in after
    assert "ENROLMENT_DEADLINE=31 March 2027</code>, and this portal with none" in after
    assert "><bdi>rehearsal@contoso.com</bdi></td>" in after
    assert "This is a rehearsal" not in before
    assert "This is a rehearsal" in after
    async with portal.browser(Role.HELPDESK, number=901) as browser:
        assert (await browser.get("/portal/settings")).status_code == 403
        seen = (await browser.get("/portal")).text
    assert "This is a rehearsal" in seen
    assert "rehearsal@contoso.com" not in seen
