"""Who needs attention: counted, listed by kind, each with what to do."""

import re
from datetime import timedelta

import pytest

from api.portal.people import attention
from api.portal.requests.wording import preview_sentence
from database.enrolments.record import record_all
from database.requests.preview import BulkPreview
from domain.bulk.records import RequestAction
from domain.enrolment.state import EnrolmentEnd
from domain.enrolment.status import InviteStatus, RegistrationState
from domain.portal.roles import Role
from domain.standing.texts import ATTENTION, TO_DO
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import EnrolmentChange
from tests.api.portal.people.values import hostile, is_harmless
from tests.api.portal.portal import RunningPortal
from tests.database.values import NOW, TOMBSTONES, object_id, person, put


async def test_nobody_needs_attention(portal: RunningPortal) -> None:
    """Where all is well, the page says so."""
    async with portal.browser(Role.READER) as browser:
        assert "Nobody needs attention." in (await browser.get("/portal/attention")).text


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
    assert wrong.status_code == 422


BUTTONS = {
    AttentionKind.NO_ADDRESS: ("retry", "retry"),
    AttentionKind.NO_MANAGER: ("retry", "retry"),
    AttentionKind.LEFT_GROUP: ("add-to-group", "add-to-group"),
    AttentionKind.NOT_IN_GROUP: ("add-to-group", "add-to-group"),
    AttentionKind.REMINDERS_USED_UP: ("resend", "resend"),
    AttentionKind.EXCLUDED_BUT_CLICKED: ("cancel", None),
}
TWO = BulkPreview(people=2, ended=0, refused=0)
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
