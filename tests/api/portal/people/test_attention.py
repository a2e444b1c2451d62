"""Who needs attention: counted, listed by kind, each with what to do."""

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest

from api.config import PortalConfig
from api.portal.people import attention
from api.portal.people.export import UNKNOWN_ROWS
from api.portal.requests.wording import preview_sentence
from database.engine import Database
from database.enrolments.record import record_all
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from database.requests.preview import BulkPreview
from domain.bulk.records import RequestAction
from domain.identifiers import enrolment_workflow_id
from domain.portal.roles import Role
from domain.standing.texts import ATTENTION, TO_DO
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import EnrolmentChange
from domain.tables.imports import ImportRow, RowOutcome
from tests.api.portal.conftest import NOWHERE
from tests.api.portal.people.values import hostile, is_harmless
from tests.api.portal.portal import RunningPortal, running_portal
from tests.api.running import BASE_URL, lazy_client
from tests.database.test_imports import IMPORT
from tests.database.values import NOW, TOMBSTONES, object_id, person, put


async def test_nobody_needs_attention(portal: RunningPortal) -> None:
    """Where all is well, the page says so."""
    async with portal.browser(Role.READER) as browser:
        assert "Nobody needs attention." in (await browser.get("/portal/attention")).text


@pytest.mark.wording
async def test_a_kind_that_is_none_is_named(portal: RunningPortal) -> None:
    """What is shown in its place isn't taken for what was asked for."""
    async with portal.browser(Role.READER) as browser:
        page = (await browser.get("/portal/attention?kind=<b>")).text
        known = (await browser.get("/portal/attention?kind=bounced")).text
    assert "This filter is unknown and was left out: <bdi>&lt;b&gt;</bdi>" in page
    assert "was left out" not in known


async def test_kinds_are_counted_and_listed_by_page(
    portal: RunningPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who wait longest come first; each has a button that only a role with the right sees."""
    monkeypatch.setattr(attention, "PAGE_SIZE", 4)
    rows = [
        person(
            number,
            attention=AttentionKind.BOUNCED,
            attention_since=NOW + timedelta(minutes=number),
        )
        for number in range(5)
    ]
    async with portal.database.writing() as connection:
        changes = [EnrolmentChange(row=row) for row in rows]
        await record_all(connection, changes, tombstones=TOMBSTONES)
    failed = hostile(99, attention=AttentionKind.FAILED, attention_since=NOW)
    await put(portal.database, failed)
    differs = person(98, attention=AttentionKind.LIST_DIFFERS, attention_since=NOW)
    await put(portal.database, differs)
    async with (
        portal.browser(Role.HELPDESK) as helpdesk,
        portal.browser(Role.READER, number=901) as reader,
    ):
        first = (await helpdesk.get("/portal/attention?kind=bounced")).text
        second = (await helpdesk.get("/portal/attention?kind=bounced&page=2")).text
        looked = (await reader.get("/portal/attention?kind=bounced")).text
        usual = (await reader.get("/portal/attention?kind=nonsense")).text
        wrong = await reader.get("/portal/attention?page=0")
        differing = (await reader.get("/portal/attention?kind=list-differs")).text
    assert f'href="/portal/people/{object_id(98)}/list-item/compare"' in differing
    assert "list-item/compare" not in first
    assert ATTENTION[AttentionKind.BOUNCED] in first
    assert TO_DO[AttentionKind.BOUNCED] in first
    assert "5 in all, page 1 of 2." in first
    button = f"/portal/people/{object_id(0)}?do=resend"
    assert button in first
    assert f"/portal/people/{object_id(4)}" not in first
    assert f"/portal/people/{object_id(4)}" in second
    assert button not in looked
    assert is_harmless(usual)
    assert wrong.status_code == 404


BUTTONS = {
    AttentionKind.NO_ADDRESS: ("retry", "retry"),
    AttentionKind.NO_MANAGER: ("retry", "retry"),
    AttentionKind.LEFT_GROUP: ("add-to-group", "add-to-group"),
    AttentionKind.NOT_IN_GROUP: ("add-to-group", "add-to-group"),
    AttentionKind.REMINDERS_USED_UP: ("resend", "resend"),
    AttentionKind.EXCLUDED_BUT_CLICKED: ("cancel", None),
    AttentionKind.NOT_REGISTERED: ("resend", "resend"),
}
# Before any test runs.
LONG_AGO = NOW - timedelta(days=400)
TWO = BulkPreview(people=2, ended=0, refused=0, people_digest="")
OUTSIDE = {
    "status": InviteStatus.ACTIVE,
    "registration": RegistrationState.REGISTERED,
    "registered_at": NOW,
    "ended": EnrolmentEnd.ACTIVE,
    "ended_at": NOW,
}


async def test_each_kind_has_the_button_that_does_it(portal: RunningPortal) -> None:
    """For one person and for all of them, which leads to a preview; only for admins."""
    rows = []
    for number, kind in enumerate(BUTTONS):
        for double in (2 * number, 2 * number + 1):
            if kind is AttentionKind.NOT_IN_GROUP:
                rows.append(person(double, **OUTSIDE))
            elif kind is AttentionKind.NOT_REGISTERED:
                rows.append(person(double, status=InviteStatus.CLICKED, clicked_at=LONG_AGO))
            else:
                in_group = {"in_group": True} if kind is AttentionKind.LEFT_GROUP else {}
                told = {"attention": kind, "attention_since": NOW, "problem": "As it says."}
                values = OUTSIDE if kind is AttentionKind.LEFT_GROUP else {}
                rows.append(person(double, **values | in_group | told))
    async with portal.database.writing() as connection:
        changes = [EnrolmentChange(row=row) for row in rows]
        await record_all(connection, changes, tombstones=TOMBSTONES)
    async with (
        portal.browser(Role.ADMIN) as admin,
        portal.browser(Role.HELPDESK, number=901) as helpdesk,
    ):
        for number, (kind, (do, for_all)) in enumerate(BUTTONS.items()):
            page = (await admin.get(f"/portal/attention?kind={kind}")).text
            link = f"/portal/people/{object_id(2 * number)}?do={do}"
            assert f'href="{link}"' in page, kind
            assert f'href="/portal/people?attention={kind.value}"' in page, kind
            assert re.search(r"<details open>\s*<summary>", (await admin.get(link)).text), kind
            hidden = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', page))
            assert hidden.get("action") == for_all, kind
            if for_all is not None:
                preview = await admin.post("/portal/people/bulk", data=hidden)
                assert preview_sentence(RequestAction(for_all), TWO) in preview.text, kind
        path = f"/portal/attention?kind={AttentionKind.LEFT_GROUP}"
        looked = (await helpdesk.get(path)).text
        somebody = (await helpdesk.get(f"/portal/people/{rows[4].object_id}")).text
    assert "add-to-group" not in looked + somebody


async def test_a_step_that_is_overdue_leads_to_why(
    tmp_path: Path, sqlite_database: Database
) -> None:
    """The person's page says so, too; whoever runs the system gets the workflow's page."""
    ui = "https://temporal.contoso.com"
    config = PortalConfig(base_url=BASE_URL, temporal_ui=f"{ui}/")
    await put(sqlite_database, person(1, due_at=LONG_AGO))
    client = await lazy_client(NOWHERE)
    async with (
        running_portal(client, tmp_path, sqlite_database, portal=config) as portal,
        portal.browser(Role.HELPDESK) as browser,
    ):
        page = (await browser.get("/portal/attention?kind=stuck")).text
        theirs = (await browser.get(f"/portal/people/{object_id(1)}")).text
        found = (await browser.get("/portal/people?attention=stuck")).text
    assert 'href="/portal/health"' in page.partition("<h2>")[2]
    assert f'href="/portal/people/{object_id(1)}">' in page.partition("<table")[2]
    workflow = enrolment_workflow_id(object_id(1))
    assert f'href="{ui}/namespaces/{config.namespace}/workflows/{workflow}"' in page
    assert f"<strong>{ATTENTION[AttentionKind.STUCK]}.</strong>" in theirs
    assert f"/portal/people/{object_id(1)}" in found


async def test_rows_that_name_nobody_are_exported(portal: RunningPortal) -> None:
    """As a table that an import reads once it is corrected; the audit log says who took it."""
    rows = [ImportRow(line=2, value="=nobody@contoso.com", outcome=RowOutcome.UNKNOWN)]
    async with portal.database.writing() as connection:
        await begin_import(connection, IMPORT)
        await put_rows(connection, IMPORT.import_id, rows)
    async with (
        portal.browser(Role.ADMIN) as admin,
        portal.browser(Role.HELPDESK, number=901) as helpdesk,
    ):
        page = (await admin.get("/portal/attention?kind=unknown-row")).text
        file = await admin.get(UNKNOWN_ROWS)
        refused = await helpdesk.get(UNKNOWN_ROWS)
        looked = (await helpdesk.get("/portal/attention?kind=unknown-row")).text
        log = (await admin.get("/portal/audit")).text
    assert f'href="{UNKNOWN_ROWS}"' in page
    assert f'href="/portal/imports/{IMPORT.import_id}"' in page
    [header, row] = csv.reader(file.text.removeprefix("\ufeff").splitlines())
    assert (header[:2], row[:2]) == (["Line", "UPN"], ["2", "'=nobody@contoso.com"])
    assert refused.status_code == 403
    assert UNKNOWN_ROWS not in looked
    assert "unknown-rows.csv: 1 row" in log
