"""A person's way through the rollout, seen only from outside: mailbox, list, pages, group."""

import asyncio

import pytest

from cli.sign_in.identity import this_login
from domain.identifiers import enrolment_workflow_id
from domain.imports.report import Count
from domain.standing.texts import ENDS
from domain.status import EnrolmentEnd
from tests.support.eventually import eventually
from tests.support.hidden import shows
from tests.support.product import Product, button, links
from tests.support.texts import counted


async def test_from_the_file_to_active(product: Product) -> None:
    """Import, mail, link, button, group, method, and the list says Active."""
    # Somebody without a name is found by none.
    (await product.control.patch("/control/traits", json={"nulls": False})).raise_for_status()
    ada = await product.add_person("ada.journey", displayName="Ada Journey")
    report = await product.import_people(ada, batch_id="journey")
    assert counted(Count.STARTED, 1) in " ".join(report.split())

    mail = await product.mail(ada)
    assert mail["headers"]["X-MFA-Rollout-Mail"] == "invitation"
    row = await product.row_with(ada, InviteStatus="Sent")
    assert row["InviteSentDate"]
    assert links(mail)["enrol"].endswith(row["TrackingToken"])
    assert ada not in links(mail)["enrol"]
    history = await product.temporal.get_workflow_handle(
        enrolment_workflow_id(row["ObjectId"])
    ).fetch_history()
    assert not shows(row["TrackingToken"], history.events)
    assert not shows(row["TrackingToken"].replace("-", ""), history.events)
    assert shows(row["ObjectId"], history.events)

    assert (await product.public.get(links(mail)["pixel"])).headers["content-type"] == "image/gif"
    landing = await product.public.get(links(mail)["enrol"])
    assert landing.status_code == 200
    assert (await product.row(ada)).get("ClickedLinkDate") is None

    started = await product.public.post("/api/enrol", data=button(landing.text))
    assert "MFA Enrolment Started" in started.text
    row = await product.row_with(ada, InviteStatus="AddedToGroup", InGroup=True)
    assert row["ClickedLinkDate"]
    assert row["AddedToGroupDate"]

    async def is_opened() -> bool:
        return "EmailOpenedDate" in await product.row(ada)

    await eventually(is_opened)
    await product.until_member(row["ObjectId"])

    again = await product.public.get(links(mail)["enrol"])
    assert "Already Registered" in again.text

    await product.control.post(f"/control/users/{ada}/methods", json={"type": "phone"})
    row = await product.row_with(ada, InviteStatus="Active", MFARegistrationState="Registered")
    assert row["MFARegistrationDate"]
    assert row["LastChecked"]
    assert row.get("ErrorDetails") in {None, ""}
    # A part of the name is enough, and no worker or history is needed.
    status, story = await product.run("show", "da jour")
    assert status == 0, story
    assert ENDS[EnrolmentEnd.ACTIVE] in story


async def test_the_same_file_again_starts_nobody(product: Product) -> None:
    """Importing once more starts nobody, says so, and mails nobody."""
    bob = await product.add_person("bob.again")
    await product.import_people(bob, batch_id="first")
    await product.mail(bob)
    report = await product.import_people(bob, batch_id="second")
    words = " ".join(report.split())
    assert counted(Count.ALREADY_ENROLLED, 1) in words
    assert counted(Count.STARTED, 0) in words
    assert len(await product.mails(bob)) == 1


async def test_a_lost_link_is_sent_again_and_unknown_addresses_look_the_same(
    product: Product,
) -> None:
    """The form's answer is the same for everybody; only who is enrolled gets a mail."""
    eve = await product.add_person("eve.lost")
    await product.import_people(eve, batch_id="lost")
    await product.row_with(eve, InviteStatus="Sent")
    # The form sends nothing within 15 minutes of the invitation: here, a fifth of a second.
    await asyncio.sleep(1)
    known = await product.public.post("/api/resend", data={"email": eve.upper()})
    unknown = await product.public.post("/api/resend", data={"email": "who@contoso.example"})
    assert known.text == unknown.text
    assert known.status_code == unknown.status_code == 200
    second = await product.mail(eve, count=2)
    assert second["headers"]["X-MFA-Rollout-Mail"] == "invitation"


@pytest.mark.long
async def test_all_mail_is_stopped_and_started(product: Product) -> None:
    """With mail stopped nobody is mailed and nobody is lost; once it is started, they are."""
    kim = await product.add_person("kim.stopped")
    status, output = await product.run("mail", "stop", "--reason", "a wrong date in the mails")
    assert status == 0, output
    try:
        await product.import_people(kim, batch_id="stopped")
        await product.row_with(kim, InviteStatus="Pending")
        await asyncio.sleep(3)
        assert await product.mails(kim) == []
        for verb in (("status",), ("show", "kim.stopped")):
            assert "a wrong date in the mails" in (await product.run(*verb))[1]
        again = await product.run("mail", "stop", "--reason", "to be sure")
        assert again[0] == 1
        assert this_login().shown_name in " ".join(again[1].split())
    finally:
        status, output = await product.run("mail", "start", "--reason", "the date is right")
    assert status == 0, output
    # Whoever waits asks once a minute.
    await product.row_with(kim, within=100, InviteStatus="Sent")
    assert len(await product.mails(kim)) == 1
