"""Reports by mail in the portal: added, changed, sent and removed by admins alone."""

import asyncio
import html
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client, ScheduleRange
from temporalio.service import RPCError, RPCStatusCode

from client.portal.reports import ReportRemoved, change_report, remove_report
from database.audit.entries import read_entries
from database.engine import Database
from database.portal.report_mails import ReportRun, read_report_runs
from database.portal.reports import read_reports
from database.schema import sent_mail
from domain.identifiers import REPORT_NOW_PREFIX, REPORT_PREFIX, report_key
from domain.portal.roles import Role
from domain.reports.interval import Interval
from domain.tables.mail import AdminMailKind, MailOrigin, MailState
from tests.api.portal.portal import CSRF, RunningPortal, running_portal
from tests.database.values import MAILBOX, NOW, object_id
from tests.support.eventually import eventually

PATH = "/portal/settings/reports"
ID = object_id(77)
FORM = {
    "csrf": CSRF,
    "request_id": ID,
    "recipients": "ada@contoso.example\nbob@contoso.example",
    "often": "Mon",
    "at": "09:00",
    "language": "de",
    "reason": "for <the board>",
}
WRONG = (
    ({"recipients": "ada"}, "ada is not a mail address"),
    ({"recipients": " "}, "A recipient is missing"),
    ({"reason": " "}, "A reason is missing"),
)


@pytest.fixture
async def served(
    client: Client, tmp_path: Path, sqlite_database: Database, unique: Callable[[str], str]
) -> AsyncIterator[RunningPortal]:
    """Run a portal with Temporal, and nobody who works on its queue."""
    within, queue = timedelta(minutes=10), unique("queue")
    async with running_portal(
        client,
        tmp_path,
        sqlite_database,
        answer_within=within,
        task_queue=queue,
        time_zone="Europe/Zurich",
    ) as running:
        yield running


async def _mails(database: Database, *states: MailState) -> None:
    async with database.writing() as connection:
        for recipient, state in enumerate(states):
            values = {
                "key": report_key(ID, "run", recipient),
                "sender": MAILBOX,
                "kind": AdminMailKind.REPORT,
                "object_id": ID,
                "origin": MailOrigin.SCHEDULE,
                "from_form_share": False,
                "state": state,
                "attempt": "1",
                "reserved_at": NOW,
                "values": {},
                "outcome": "accepted" if state is MailState.SENT else "too <late>",
            }
            await connection.execute(sent_mail.insert().values(values))


async def _press_twice(browser: httpx.AsyncClient, form: dict[str, str]) -> None:
    answers = await asyncio.gather(*(browser.post(PATH, data=form) for _ in range(2)))
    assert [answer.headers.get("location") for answer in answers] == [PATH, PATH]


async def test_a_report_from_its_beginning_to_its_end(
    served: RunningPortal, client: Client
) -> None:
    """What is wrong is refused, and what is done is in the tables, in Temporal and audited."""
    database, handle = served.database, client.get_schedule_handle(REPORT_PREFIX + ID)
    async with served.browser(Role.ADMIN) as browser:
        for change, why in WRONG:
            refused = await browser.post(PATH, data=FORM | change)
            assert (refused.status_code, why in refused.text) == (422, True)
        # One press too many, and a page that is loaded again.
        await _press_twice(browser, FORM)
        assert (await browser.post(PATH, data=FORM)).headers["location"] == PATH
        page = (await browser.get(PATH)).text
        assert "The report comes every Monday at 09:00." in page
        assert "none yet" in page
        spec = (await handle.describe()).schedule.spec
        assert spec.time_zone_name == "Europe/Zurich"
        assert spec.calendars[0].day_of_week[0] == ScheduleRange(1, 1, 1)

        await _mails(database, MailState.SENT, MailState.WITHDRAWN)
        page = (await browser.get(f"{PATH}/{ID}")).text
        assert "1 of 2 not sent" in page
        assert "too &lt;late&gt;" in page
        changed = FORM | {"often": "daily", "recipients": "eve@contoso.example", "language": "xx"}
        for change, why in (*WRONG, ({"often": "once"}, "on which days")):
            refused = await browser.post(f"{PATH}/{ID}", data=FORM | change)
            assert (refused.status_code, why in refused.text) == (422, True)
        await browser.post(f"{PATH}/{ID}", data=changed)
        async with database.reading() as connection:
            (report,) = await read_reports(connection)
        assert (report.recipients, report.language) == (("eve@contoso.example",), None)
        assert report.interval == Interval(hour=9)
        assert (await handle.describe()).schedule.spec.calendars[0].day_of_week[0].end == 6
        await browser.post(f"{PATH}/{ID}/send", data={"csrf": CSRF, "reason": " "})
        assert "a reason is missing" in (await browser.get(f"{PATH}/{ID}")).text
        asked = {"csrf": CSRF, "reason": "asked by <Eve>", "request_id": object_id(79)}
        for _ in range(2):
            await browser.post(f"{PATH}/{ID}/send", data=asked)
        assert await client.get_workflow_handle(REPORT_NOW_PREFIX + object_id(79)).describe()
        assert "as soon as a worker gets to it" in (await browser.get(PATH)).text

        await browser.post(f"{PATH}/{ID}/remove", data={"csrf": CSRF, "reason": ""})
        assert "a reason is missing" in (await browser.get(f"{PATH}/{ID}")).text
        await browser.post(f"{PATH}/{ID}/remove", data={"csrf": CSRF, "reason": "is over"})
        assert "No report is scheduled yet" in (await browser.get(PATH)).text
        assert (await browser.get(f"{PATH}/{ID}")).status_code == 404
        await _press_twice(browser, FORM | {"often": "once", "request_id": object_id(78)})
    async with database.reading() as connection:
        entries = [one for one in (await read_entries(connection)).values() if not one.outcome]
    assert [(one.action, one.reason) for one in reversed(entries)] == [
        ("schedule-report", "for <the board>"),
        ("change-report", "for <the board>"),
        ("send-report", f"report {ID[:8]}; asked by <Eve>"),
        ("remove-report", "is over"),
        ("send-report", "for <the board>"),
    ]
    queue = served.api.app.state.portal.config.task_queue
    begun = [one.id async for one in client.list_workflows(f'TaskQueue = "{queue}"', page_size=9)]
    assert all(one.startswith(REPORT_NOW_PREFIX) for one in begun)


async def test_a_change_of_a_report_that_is_removed_at_the_same_moment(
    served: RunningPortal, client: Client
) -> None:
    """It changes nothing, is told so, and leaves no schedule behind."""
    database, handle = served.database, client.get_schedule_handle(REPORT_PREFIX + ID)
    async with served.browser(Role.ADMIN) as browser:
        await browser.post(PATH, data=FORM)
        async with database.reading() as connection:
            (report,) = await read_reports(connection)
        await remove_report(client, database, ID)
    with pytest.raises(ReportRemoved):
        await change_report(client, database, report, time_zone="Europe/Zurich")

    async def is_gone() -> bool:
        try:
            await handle.describe()
        except RPCError as error:
            return error.status is RPCStatusCode.NOT_FOUND
        return False

    await eventually(is_gone)


def _hidden(page: str, name: str) -> str:
    (value,) = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', page)
    return html.unescape(value)


async def test_forms_that_were_loaded_earlier(served: RunningPortal, client: Client) -> None:
    """What somebody else has changed since isn't overwritten; what was sent isn't sent again."""
    async with served.browser(Role.ADMIN) as browser:
        await browser.post(PATH, data=FORM)
        loaded = (await browser.get(f"{PATH}/{ID}")).text
        # As browsers send what has several lines.
        shown = _hidden(loaded, "shown").replace("\n", "\r\n")
        changes = [{"at": "10:00"}, {"often": "daily"}]
        first, late = [
            await browser.post(f"{PATH}/{ID}", data=FORM | change | {"shown": shown})
            for change in changes
        ]
        assert first.headers["location"] == f"{PATH}/{ID}"
        twice = await browser.post(f"{PATH}/{ID}", data=FORM | changes[0] | {"shown": shown})
        assert twice.headers["location"] == f"{PATH}/{ID}"
        assert late.status_code == 422
        assert "The report has been changed since this page was loaded" in late.text
        anew = {"shown": _hidden(late.text, "shown")}
        again = await browser.post(f"{PATH}/{ID}", data=FORM | changes[1] | anew)
        assert again.headers["location"] == f"{PATH}/{ID}"
        sending = {"csrf": CSRF, "reason": "twice", "request_id": _hidden(loaded, "request_id")}
        for _ in range(2):
            await browser.post(f"{PATH}/{ID}/send", data=sending)
    async with served.database.reading() as connection:
        (report,) = await read_reports(connection)
        entries = [one for one in (await read_entries(connection)).values() if not one.outcome]
    assert report.interval == Interval(hour=9)
    assert [one.action for one in reversed(entries)] == [
        "schedule-report",
        "change-report",
        "change-report",
        "send-report",
    ]
    sent = client.get_workflow_handle(REPORT_NOW_PREFIX + sending["request_id"])
    assert (await sent.describe()).id == sent.id


async def test_helpdesk_and_readers_are_refused(portal: RunningPortal) -> None:
    """Neither page, nor action; with Temporal away nothing is added."""
    async with portal.browser(Role.HELPDESK, Role.READER) as browser:
        for path in (PATH, f"{PATH}/{ID}"):
            assert (await browser.get(path)).status_code == 403
        for path in (PATH, f"{PATH}/{ID}", f"{PATH}/{ID}/send", f"{PATH}/{ID}/remove"):
            assert (await browser.post(path, data=FORM)).status_code == 403
    async with portal.browser(Role.ADMIN) as browser:
        assert (await browser.post(PATH, data=FORM | {"csrf": "x"})).status_code == 403
        for often in ("Mon", "once"):
            assert (await browser.post(PATH, data=FORM | {"often": often})).status_code == 503
        assert "No report is scheduled yet" in (await browser.get(PATH)).text


async def test_what_became_of_each_mail(sqlite_database: Database) -> None:
    """A run counts what has left, and what never will."""
    states = (MailState.SENT, MailState.SENDING, MailState.WITHDRAWN, MailState.UNCONFIRMED)
    await _mails(sqlite_database, *states)
    async with sqlite_database.reading() as connection:
        (run,) = await read_report_runs(connection, ID)
        assert await read_report_runs(connection, object_id(1)) == []
    assert (run.at, run.sent, run.failed, run.outcomes) == (NOW, 1, 2, ("too <late>",))
    assert ReportRun(at=NOW, states=(MailState.SENT,)).failed == 0
