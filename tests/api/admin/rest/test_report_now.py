"""The report as it would be sent now, over REST: figures, words and looks, for admins alone."""

from datetime import datetime, timedelta

import pytest

from database.engine import Database
from database.portal.reports import ReportTables, add_report
from domain.portal.roles import Role
from domain.reports.figures import Figure, Figures
from domain.reports.interval import Interval
from domain.reports.records import ReportSchedule
from domain.status import InviteStatus
from tests.api.admin.rest.rest import Rest, is_problem
from tests.database.values import NOW, object_id, person, put

REPORT = "/api/reports/now"


async def sent_before(database: Database, active: int) -> None:
    """Let a report have been sent a week ago, when so many were Active."""
    schedule = ReportSchedule(
        schedule_id=object_id(7),
        interval=Interval(hour=7),
        recipients=("ada@contoso.com",),
        created_by="Ada",
        created_at=NOW - timedelta(days=8),
    )
    async with database.writing() as connection:
        await add_report(connection, schedule)
    before = Figures(people={Figure.PEOPLE: 3, Figure.ACTIVE: active})
    await ReportTables(database).sent(schedule.schedule_id, before, NOW - timedelta(days=7))


async def test_what_a_report_would_say_is_told(rest: Rest) -> None:
    """Compared with the last that was sent; in the organisation's language or another."""
    known = (await rest.get(REPORT)).json()["figures"]["people"]
    for number in range(50, 53):
        await put(rest.database, person(number, status=InviteStatus.SENT))
    first = (await rest.call("GET", REPORT, Role.ADMIN)).json()
    assert (first["before"], first["beforeAt"], first["language"]) == (None, None, "en")
    people = first["figures"]["people"]
    assert (people["people"], people["sent"]) == (known["people"] + 3, known["sent"] + 3)
    assert first["subject"]
    await sent_before(rest.database, 1)
    second = (await rest.call("GET", REPORT, Role.ADMIN, params={"language": "de-CH"})).json()
    assert second["before"]["people"] == {"people": 3, "active": 1}
    assert datetime.fromisoformat(second["beforeAt"]) == NOW - timedelta(days=7)
    assert (second["language"], second["text"] != first["text"]) == ("de", True)
    head, _, hash_ = second["auditHead"].partition(":")
    assert (head, len(hash_)) == ("0", 64)


async def test_it_looks_as_it_is_sent_and_leads_nowhere(rest: Rest) -> None:
    """A page that runs nothing."""
    page = await rest.call("GET", f"{REPORT}/page.html", Role.ADMIN, params={"language": "ar"})
    assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert 'dir="rtl"' in page.text
    assert "href=" not in page.text


@pytest.mark.parametrize("path", [REPORT, f"{REPORT}/page.html"])
async def test_it_is_for_admins_and_in_languages_that_there_are(rest: Rest, path: str) -> None:
    """Reports name people, and whoever gets them is an admin's choice."""
    for role in (Role.HELPDESK, Role.READER):
        assert is_problem(await rest.call("GET", path, role), 403)
    refused = await rest.call("GET", path, Role.ADMIN, params={"language": "tlh"})
    assert is_problem(refused, 422)
    assert [one["name"] for one in refused.json()["errors"]] == ["language"]
