"""Reports by mail: added, listed, changed, sent and removed by admins alone."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client, WorkflowExecutionStatus

from database.engine import Database
from database.portal.reports import ReportTables
from domain.identifiers import REPORT_NOW_PREFIX, REPORT_PREFIX
from domain.portal.roles import Role
from tests.api.admin.admins import Entra
from tests.api.admin.rest.rest import CALLER, Rest, is_problem, running_rest
from tests.database.values import object_id

REPORTS = "/api/reports"
NEW = {"recipients": ["ada@contoso.com"], "on": "fri", "at": "8", "reason": "for the board"}
WHY = {"reason": "over"}


async def _refused(rest: Rest, path: str) -> None:
    """What can't be used is 422 without the value, and other roles are refused."""
    for wrong, name in (
        ({"recipients": []}, "recipients"),
        ({"recipients": ["not-an-address"]}, "recipients"),
        ({"on": "friyay"}, "on"),
        ({"at": "25"}, "at"),
        ({"language": "tlh"}, "language"),
        ({"reason": ""}, "reason"),
    ):
        answer = await rest.call("POST", REPORTS, Role.ADMIN, json=NEW | wrong)
        assert is_problem(answer, 422)
        assert [one["name"] for one in answer.json()["errors"]] == [name]
        assert "not-an-address" not in answer.text
    for role in (Role.HELPDESK, Role.READER):
        assert is_problem(await rest.call("GET", REPORTS, role), 403)
        assert is_problem(await rest.call("GET", path, role), 403)
        for verb in ("", "/send"):
            assert is_problem(await rest.call("POST", REPORTS + verb, role, json=NEW), 403)
        for verb in ("send", "change", "remove"):
            assert is_problem(await rest.call("POST", f"{path}/{verb}", role, json=WHY), 403)
    for verb in ("send", "change", "remove"):
        nobodys = f"{REPORTS}/{object_id(5)}/{verb}"
        assert is_problem(await rest.call("POST", nobodys, Role.ADMIN, json=WHY), 404)


async def test_a_report_from_its_beginning_to_its_end(
    client: Client,
    unique: Callable[[str], str],
    tmp_path: Path,
    sqlite_database: Database,
    entra: Entra,
) -> None:
    """One key is one report; what isn't given stays; the log has who did what, and why."""
    async with running_rest(
        client,
        tmp_path,
        sqlite_database,
        entra,
        task_queue=unique("queue"),
        answer_within=timedelta(minutes=10),
    ) as rest:
        status, added = await rest.post(REPORTS, NEW)
        assert (status, added["interval"], added["createdById"]) == (201, "Fri 08:00", CALLER)
        assert await rest.post(REPORTS, NEW) == (200, added)
        (listed,) = (await rest.get(REPORTS)).json()["reports"]
        assert listed["reportId"] == added["reportId"]
        path = f"{REPORTS}/{added['reportId']}"
        schedule = client.get_schedule_handle(f"{REPORT_PREFIX}{added['reportId']}")
        assert (await schedule.describe()).schedule.spec.calendars[0].hour[0].start == 8
        status, changed = await rest.post(f"{path}/change", WHY | {"on": "daily", "language": "de"})
        assert (status, changed["interval"], changed["language"]) == (200, "daily 08:00", "de")
        assert changed["recipients"] == NEW["recipients"]
        assert await rest.post(REPORTS, NEW) == (200, changed)
        assert len((await schedule.describe()).schedule.spec.calendars[0].day_of_week) == 1
        status, other = await rest.post(REPORTS, NEW | {"recipients": ["eve@contoso.com"]})
        assert (status, other["recipients"]) == (201, ["eve@contoso.com"])
        assert (await rest.post(f"{REPORTS}/{other['reportId']}/remove", WHY, "c"))[0] == 200
        one = (await rest.get(path)).json()
        assert (one["interval"], one["runs"]) == ("daily 08:00", [])
        sent = {"reportId": added["reportId"], "recipients": NEW["recipients"]}
        for _ in range(2):
            assert await rest.post(f"{path}/send", WHY) == (202, sent)
        once = {"recipients": ["eve@contoso.com", "ada@contoso.com"], "reason": "today"}
        status, sending = await rest.post(f"{REPORTS}/send", once, "b")
        assert (status, sending["recipients"]) == (202, once["recipients"])
        await ReportTables(sqlite_database).forget_once(sending["reportId"])
        assert await rest.post(f"{REPORTS}/send", once, "b") == (202, sending)
        handle = client.get_workflow_handle(REPORT_NOW_PREFIX + sending["reportId"])
        await handle.terminate()
        assert await rest.post(f"{REPORTS}/send", once, "b") == (202, sending)
        ended = (await handle.describe()).status
        assert ended is WorkflowExecutionStatus.TERMINATED
        assert is_problem(await rest.get(f"{REPORTS}/{sending['reportId']}"), 404)
        await _refused(rest, path)
        removed = {"reportId": added["reportId"], "removed": True}
        assert await rest.post(f"{path}/remove", WHY) == (200, removed)
        assert (await rest.get(REPORTS)).json() == {"reports": []}
        entries = (await rest.get("/api/audit")).json()["entries"]
    assert [(one["action"], one["reason"]) for one in reversed(entries) if not one["outcome"]] == [
        ("schedule-report", "for the board"),
        ("change-report", "over"),
        ("schedule-report", "for the board"),
        ("remove-report", "over"),
        ("send-report", "over"),
        ("send-report", "today"),
        ("remove-report", "over"),
    ]
