"""The list and the mails of an older system: its links work, its states are taken over."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from domain.imports.reasons import RowReason
from domain.imports.report import Count
from domain.tracking_list.columns import iso
from tests.support.eventually import eventually
from tests.support.list_hands import ListHands, hands_on_the_list
from tests.support.product import Product, button
from tests.support.texts import counted, rejected

Columns = dict[str, Any]
SENT: Columns = {
    "InviteStatus": "Sent",
    "InviteSentDate": "2026-03-01T08:00:00Z",
    "Source": "Manual",
}


@pytest.fixture(scope="module")
async def hands(product: Product) -> AsyncIterator[ListHands]:
    """Sign in to the list."""
    async with hands_on_the_list(product.layout) as hands:
        yield hands


async def left_behind(
    product: Product, hands: ListHands, alias: str, **columns: Any
) -> tuple[str, str]:
    """Add somebody with the row that an older system left; return their UPN and old token."""
    upn, token = await product.add_person(alias), str(uuid4())
    await hands.add(Title=upn, TrackingToken=token, **{**SENT, **columns})
    return upn, token


async def follow(product: Product, token: str) -> tuple[int, str]:
    """Open the link of an old mail, and press the button if there is one."""
    page = await product.public.get("/api/enrol", params={"token": token})
    if hidden := button(page.text):
        page = await product.public.post("/api/enrol", data=hidden)
    return page.status_code, page.text


async def test_a_link_in_an_old_mail_enrols(product: Product, hands: ListHands) -> None:
    """The button is there, pressing it leads into the group, and nobody is invited again."""
    upn, token = await left_behind(product, hands, "old.link")

    status, text = await follow(product, token)

    assert (status, "MFA Enrolment Started" in text) == (200, True)
    row = await product.row_with(upn, InviteStatus="AddedToGroup", InGroup=True)
    assert row["TrackingToken"] == token
    assert (row["Source"], row["InviteSentDate"]) == ("Manual", SENT["InviteSentDate"])
    await product.until_member(row["ObjectId"])
    assert await product.mails(upn) == []
    assert "Already Registered" in (await follow(product, token))[1]


async def test_old_links_go_on_working_after_the_import(product: Product, hands: ListHands) -> None:
    """Adopted ``Sent`` is not invited again, and old and new mails lead to the enrolment."""
    upn, token = await left_behind(product, hands, "old.imported")
    await product.import_people(upn, batch_id="take-over")
    row = await product.row_with(upn, MFARegistrationState="Not Registered")
    assert (row["TrackingToken"], row["SourceBatchId"]) == (token, "take-over")
    assert row["Source"] == "Manual"

    await product.run("resend", upn, "--reason=lost")
    mail = await product.mail(upn)
    assert f"token={token}" in mail["html"]
    await product.public.get("/api/track-open", params={"token": token.upper()})
    status, text = await follow(product, token.upper())

    assert (status, "MFA Enrolment Started" in text) == (200, True)
    await product.row_with(upn, InviteStatus="AddedToGroup")

    async def is_opened() -> bool:
        return "EmailOpenedDate" in await product.row(upn)

    await eventually(is_opened)
    await product.control.post(f"/control/users/{upn}/methods", json={"type": "phone"})
    await product.row_with(upn, InviteStatus="Active")


async def test_who_is_through_sees_so(product: Product, hands: ListHands) -> None:
    """Clicked, in the group or Active on the list: no button, and nothing is started."""
    for status in ("Clicked", "AddedToGroup", "Active"):
        upn, token = await left_behind(product, hands, f"old.{status}".lower(), InviteStatus=status)
        assert "Already Registered" in (await follow(product, token))[1]
        assert "ObjectId" not in await product.row(upn)


@pytest.mark.long
async def test_a_void_link_is_not_recognised(product: Product, hands: ListHands) -> None:
    """Cancelled after the import, or on no list: Link Not Recognised, and nothing is started.

    The row loses the older system's token, so that this holds beyond Temporal's retention, too.
    """
    upn, token = await left_behind(product, hands, "old.cancelled")
    await product.import_people(upn, batch_id="take-over-and-cancel")
    await product.row_with(upn, TrackingToken=token, MFARegistrationState="Not Registered")

    await product.run("cancel", upn, "--reason=left alone")

    await product.row_with(upn, TrackingToken=None)
    for one in (token, str(uuid4())):
        status, text = await follow(product, one)
        assert (status, "Link Not Recognised" in text) == (404, True)
    assert (await product.row(upn))["InviteStatus"] == "Sent"


@pytest.mark.long
async def test_a_cancelled_person_gets_new_links(product: Product, hands: ListHands) -> None:
    """Whoever is imported again has a token of ours, made anew from the ObjectId."""
    upn, token = await left_behind(product, hands, "old.again")
    await product.import_people(upn, batch_id="cancelled")
    await product.row_with(upn, TrackingToken=token, MFARegistrationState="Not Registered")
    await product.run("cancel", upn, "--reason=a mistake")
    await product.row_with(upn, TrackingToken=None)
    file = product.layout.folder / "cancelled.csv"

    await product.run("import", str(file), "--batch-id=once-more", "--include-cancelled")

    async def made_anew() -> str:
        return str((await product.row(upn)).get("TrackingToken") or "")

    ours = await eventually(made_anew)
    assert ours != token
    status, text = await follow(product, ours)
    assert (status, "MFA Enrolment Started" in text) == (200, True)


@pytest.mark.long
async def test_clicked_without_the_group_goes_there(product: Product, hands: ListHands) -> None:
    """What an older system didn't finish is finished by the import, without a mail."""
    clicked: Columns = {"InviteStatus": "Clicked", "ClickedLinkDate": iso(datetime.now(UTC))}
    upn, _ = await left_behind(product, hands, "old.clicked.only", InGroup=False, **clicked)

    await product.import_people(upn, batch_id="finish")

    row = await product.row_with(upn, InviteStatus="AddedToGroup", InGroup=True)
    assert row["ClickedLinkDate"] == clicked["ClickedLinkDate"]
    await product.until_member(row["ObjectId"])
    assert await product.mails(upn) == []


async def test_active_people_are_left_alone(product: Product, hands: ListHands) -> None:
    """Who still has a method is untouched and reported; who has none only starts over if asked."""
    active: Columns = {
        "InviteStatus": "Active",
        "MFARegistrationState": "Registered",
        "ReminderCount": 2,
    }
    done, _ = await left_behind(product, hands, "old.done", **active)
    lapsed, _ = await left_behind(product, hands, "old.lapsed", **active)
    await product.control.post(f"/control/users/{done}/methods", json={"type": "fido2"})
    before = [await product.row(one) for one in (done, lapsed)]

    report = await product.import_people(done, lapsed, batch_id="again")

    assert counted(Count.ALREADY_ACTIVE, 1) in " ".join(report.split())
    assert counted(Count.STARTED, 0) in " ".join(report.split())
    assert rejected(3, RowReason.LAPSED) in report
    assert [await product.row(one) for one in (done, lapsed)] == before

    file = product.layout.folder / "again.csv"
    _, report = await product.run("import", str(file), "--batch-id=over", "--restart-active")

    assert counted(Count.STARTED, 1) in " ".join(report.split())
    row = await product.row_with(lapsed, InviteStatus="Sent", ReminderCount=0)
    assert row["MFARegistrationState"] == "Not Registered"
    assert len(await product.mails(lapsed)) == 1
    assert await product.row(done) == before[0]
