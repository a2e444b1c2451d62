"""Who needs attention: counted, listed by kind, each with what to do."""

from datetime import timedelta

import pytest

from api.portal.people import attention
from database.enrolments.record import record_all
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
