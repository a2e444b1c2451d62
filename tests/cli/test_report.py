"""Reports from the command line: shown, scheduled by the zone's clock, listed, sent, removed."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from temporalio.client import Client, ScheduleRange

from client.portal.row_schedules import ensure_row_schedules
from database.audit.entries import read_entries
from database.engine import Database
from database.portal.reports import ReportTables, read_reports
from domain.identifiers import REPORT_NOW_PREFIX, REPORT_PREFIX
from domain.reports.figures import Figure
from tests.database.values import NOW, person, put
from tests.support.eventually import eventually
from tests.support.in_process import run_in_process
from tests.support.json_documents import read_document
from tests.support.namespaces import own_namespace


async def _changes(
    verb: Callable[..., Awaitable[str]],
    daily: dict[str, Any],
    client: Client,
    database: Database,
) -> None:
    """Change a report; what isn't given stays."""
    changed = json.loads(
        await verb("change", daily["reportId"][:8], "--at", "8", "--on", "Fri", "--json")
    )
    assert (changed["interval"], changed["recipients"]) == ("Fri 08:00", daily["recipients"])
    to = ("--to", "ada@contoso.example", "--language", "fr", "--on", "daily")
    assert "every day at 08:00" in " ".join((await verb("change", daily["reportId"], *to)).split())
    async with database.reading() as connection:
        (_, report) = await read_reports(connection)
    assert (report.recipients, report.language) == (("ada@contoso.example",), "fr")
    described = await client.get_schedule_handle(REPORT_PREFIX + report.schedule_id).describe()
    assert described.schedule.spec.calendars[0].hour[0].start == 8


async def _send(verb: Callable[..., Awaitable[str]], report_id: str, client: Client) -> None:
    """Send one that comes once, and one that comes again and again, now."""
    await verb("now", "--to", "ada@contoso.example", "--json")
    await verb("send", report_id[:8], "--reason", "the board meets", "--json")
    query = f'WorkflowId STARTS_WITH "{REPORT_NOW_PREFIX}"'

    async def are_listed() -> bool:
        return (await client.count_workflows(query)).count == 2

    await eventually(are_listed)


async def test_reports_from_the_first_to_the_last(
    temporal_address: str, sqlite_database: Database, tmp_path: Path
) -> None:
    """What is wrong is refused, and what is done is in the tables, in Temporal and audited."""
    client = await own_namespace(temporal_address)
    environment = {
        "MFA_ROLLOUT_ENV_FILE": "/dev/null",
        "COLUMNS": "80",
        "TERM": "dumb",
        "DATA_DIR": str(tmp_path),
        "TEMPORAL_ADDRESS": temporal_address,
        "TEMPORAL_NAMESPACE": client.namespace,
        "TIME_ZONE": "Europe/Zurich",
        "PUBLIC_BASE_URL": "https://mfa.contoso.example",
        "COMPANY_NAME": "Contoso",
        "SUPPORT_EMAIL": "it@contoso.example",
    }

    async def verb(*words: str, status: int = 0) -> str:
        ended, output, errors = await run_in_process(environment, "report", *words)
        assert ended == status, output + errors
        if "--json" in words and words[0] not in {"list", "show"}:
            read_document(f"report {words[0]}", output)
        return output + errors

    for wrong in (("--to", "ada"), ("--at", "7:30"), ("--on", "someday"), ("--language", "tlh")):
        words = ("--to", "ada@contoso.example", *wrong)
        assert wrong[1] in await verb("schedule", *words, status=2)
    to = ("--to", "ada@contoso.example", "--to", "bob@contoso.example", "--language", "de-CH")
    said = " ".join((await verb("schedule", *to, "--at", "9", "--on", "sun")).split())
    assert "every Sunday at 09:00 (Europe/Zurich)" in said
    await verb("schedule", "--to", "eve@contoso.example", "--json")
    weekly, daily = json.loads(await verb("list", "--json"))
    assert (weekly["interval"], weekly["language"]) == ("Sun 09:00", "de")
    assert weekly["recipients"] == ["ada@contoso.example", "bob@contoso.example"]
    assert (daily["interval"], daily["createdById"]) == ("daily 07:00", None)
    assert "every day at 07:00" in " ".join((await verb("list")).split())
    for report, hour, days in ((weekly, 9, ScheduleRange(0)), (daily, 7, ScheduleRange(0, 6))):
        handle = client.get_schedule_handle(REPORT_PREFIX + report["reportId"])
        spec = (await handle.describe()).schedule.spec
        assert spec.time_zone_name == "Europe/Zurich"
        (calendar,) = spec.calendars
        assert calendar.hour[0].start == hour
        assert (calendar.day_of_week[0].start, calendar.day_of_week[0].end or 0) == (
            days.start,
            days.end,
        )

    await _changes(verb, daily, client, sqlite_database)
    await put(sqlite_database, person(1))
    tables = ReportTables(sqlite_database)
    await tables.sent(weekly["reportId"], await tables.figures(NOW), NOW)
    await put(sqlite_database, person(2))
    assert "Contoso" in await verb("show")
    shown = json.loads(await verb("show", "--json"))
    assert [shown[one]["people"][Figure.PEOPLE] for one in ("figures", "before")] == [2, 1]
    assert shown["auditHead"].startswith("8:")

    await _send(verb, weekly["reportId"], client)
    await verb("remove", daily["reportId"][:8], "--reason", "the rollout is over", "--json")
    await verb("remove", "zzz", status=2)
    async with sqlite_database.reading() as connection:
        (left,) = await read_reports(connection)
        entries = (await read_entries(connection)).values()
    assert left.schedule_id == weekly["reportId"]
    actions = [entry.action for entry in entries if entry.outcome is None]
    assert sorted(actions) == [
        *("change-report", "change-report", "remove-report"),
        *("schedule-report", "schedule-report", "send-report", "send-report"),
    ]
    # What was lost or left behind in Temporal is put right when a worker starts.
    await client.get_schedule_handle(REPORT_PREFIX + weekly["reportId"]).delete()
    await ensure_row_schedules(client, sqlite_database, time_zone="UTC")
    described = await client.get_schedule_handle(REPORT_PREFIX + weekly["reportId"]).describe()
    assert described.schedule.spec.time_zone_name == "UTC"
