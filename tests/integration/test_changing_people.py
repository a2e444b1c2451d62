"""People as they are: without a mailbox, renamed, on leave, gone, and others in their place."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from temporalio.client import WorkflowExecutionStatus

from cli.processes.demo import demo_tenant
from domain.enrolment.state import ProblemKind
from domain.identifiers import BOUNCE_SCHEDULE_ID, SWEEP_SCHEDULE_ID, enrolment_workflow_id
from tests.support.eventually import eventually
from tests.support.product import Product, button, links, running_product
from tests.support.texts import says

# What workflows and activities do of it is proved by their own tests.
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Start Temporal, tenant, API and a worker; a day lasts three seconds, reminders are daily."""
    folder: Path = tmp_path_factory.mktemp("office")
    settings = {"REMINDER_INTERVAL": "1d", "REGISTRATION_SWEEP": "on"}
    async with running_product(folder, day_seconds=3, **settings) as product:
        # What reaches nobody's mailbox is counted among the sent mails.
        (await product.control.patch("/control/traits", json={"nosave": False})).raise_for_status()
        await product.start_worker()
        yield product


async def change(office: Product, address: str, **properties: Any) -> None:
    """Change somebody in the directory."""
    response = await office.control.patch(f"/control/users/{quote(address)}", json=properties)
    response.raise_for_status()


async def look_for_bounces(office: Product) -> None:
    """Let the look that comes every ten minutes come now, and end."""
    await office.come_round(BOUNCE_SCHEDULE_ID)


async def complains(office: Product, address: str, kind: ProblemKind) -> dict[str, Any]:
    """Wait until somebody's ``ErrorDetails`` tells of this kind of problem."""

    async def told() -> dict[str, Any]:
        row = await office.row(address)
        return row if says(row.get("ErrorDetails"), kind) else {}

    found: dict[str, Any] = await eventually(told)
    return found


async def sent_to(office: Product, address: str) -> list[dict[str, Any]]:
    """Return what the sender has sent to an address."""
    url = f"/control/mailboxes/{demo_tenant().sender}/messages?folder=sentitems"
    mails = (await office.control.get(url)).json()["value"]
    return [mail for mail in mails if mail["to"] == [address]]


async def two_reminders_to_somebody_else(office: Product, alias: str) -> None:
    """Let others be reminded twice meanwhile: whoever was silenced would have been, too."""
    other = await office.add_person(alias)
    await office.import_people(other, batch_id=alias)
    await office.mail(other, count=3)


async def click(office: Product, mail: dict[str, Any]) -> None:
    """Follow the link, and press the button."""
    landing = await office.public.get(links(mail)["enrol"])
    started = await office.public.post("/api/enrol", data=button(landing.text))
    assert "MFA Enrolment Started" in started.text


async def is_not_recognised(office: Product, link: str) -> bool:
    """Say whether a link leads to nobody."""
    page = await office.public.get(link)
    return page.status_code == 404 and "Link Not Recognised" in page.text


async def test_without_a_mailbox(office: Product) -> None:
    """The invitation comes back: no reminder follows; a mailbox in the directory changes that."""
    nora = await office.add_person("nora.lost", mail=None)
    await office.import_people(nora, batch_id="lost")
    await office.row_with(nora, InviteStatus="Sent")
    await look_for_bounces(office)
    await complains(office, nora, ProblemKind.MAIL_RETURNED)

    await two_reminders_to_somebody_else(office, "otto.found")
    assert len(await sent_to(office, nora)) == 1
    row = await office.row(nora)
    assert (row["InviteStatus"], row["ReminderCount"]) == ("Sent", 0)

    await change(office, nora, mail="nora.found@contoso.example")
    mail = await office.mail("nora.found@contoso.example")
    assert mail["headers"]["X-MFA-Rollout-Mail"] == "invitation"
    await office.row_with(nora, ErrorDetails=None)
    await click(office, mail)
    await office.row_with(nora, InviteStatus="AddedToGroup")


async def test_an_admin_resends_to_a_mailbox_that_is_there_now(office: Product) -> None:
    """`resend` takes the sentence away and sends at once; what comes back again, is said again."""
    rita = await office.add_person("rita.lost", mail=None)
    await office.import_people(rita, batch_id="resend-lost")
    await office.row_with(rita, InviteStatus="Sent")
    await look_for_bounces(office)
    await complains(office, rita, ProblemKind.MAIL_RETURNED)

    status, output = await office.run("resend", rita, "--reason", "tried again")
    assert status == 0, output
    await office.row_with(rita, InviteStatus="Sent", ErrorDetails=None)
    assert len(await sent_to(office, rita)) == 2
    await look_for_bounces(office)
    await complains(office, rita, ProblemKind.MAIL_RETURNED)


async def test_a_blocked_sender_is_released(office: Product) -> None:
    """Too many mails block the mailbox: nobody is blamed, and all get their mail after the release.

    The first mail beyond the policy comes back, as does every other until an admin acts.
    """
    sender = quote(demo_tenant().sender)
    await office.control.patch("/control/traits", json={"outbound_policy": "0,0"})
    blake, bryn = [await office.add_person(name) for name in ("blake.blocked", "bryn.blocked")]
    await office.import_people(blake, bryn, batch_id="blocked")
    for person in (blake, bryn):
        await office.row_with(person, InviteStatus="Sent")
        assert await received(office, person) == []
    await office.control.delete("/control/traits")
    await office.control.post(f"/control/mailboxes/{sender}/release")

    await look_for_bounces(office)

    for person in (blake, bryn):
        await eventually(partial(received, office, person))
        assert (await office.row(person)).get("ErrorDetails") is None


async def received(office: Product, address: str) -> list[dict[str, Any]]:
    """Return what has arrived in somebody's inbox."""
    url = f"/control/mailboxes/{quote(address)}/messages?folder=inbox"
    found: list[dict[str, Any]] = (await office.control.get(url)).json()["value"]
    return found


async def test_renamed(office: Product) -> None:
    """Title, search attribute and mails follow the new name; the old link still works."""
    mary = await office.add_person("mary.maiden")
    await office.import_people(mary, batch_id="renamed")
    first = await office.mail(mary)
    object_id = (await office.row_with(mary, InviteStatus="Sent"))["ObjectId"]

    new = "mary.married@contoso.example"
    await change(office, mary, userPrincipalName=new, mail=new, displayName="Mary Married")
    row = await office.row_with(new, DisplayName_="Mary Married", ObjectId=object_id)
    assert await office.row(mary) == {}
    assert row["InviteStatus"] == "Sent"
    reminder = await office.mail(new, count=2)
    assert reminder["to"] == [new]
    assert reminder["headers"]["X-MFA-Rollout-Mail"] == "reminder"

    async def found() -> bool:
        status, _ = await office.run("show", new)
        return status == 0

    await eventually(found)
    await click(office, first)
    await office.row_with(new, InviteStatus="AddedToGroup")


async def test_disabled_and_back(office: Product) -> None:
    """Noticed within a day; nothing is sent to who is away; back again, it goes on."""
    dana = await office.add_person("dana.away")
    await office.import_people(dana, batch_id="away", REMINDER_INTERVAL="3d")
    await office.mail(dana)
    await office.control.put(f"/control/users/{dana}/enabled", json={"enabled": False})
    await complains(office, dana, ProblemKind.ACCOUNT_DISABLED)
    await two_reminders_to_somebody_else(office, "omar.present")
    before = len(await office.mails(dana))

    await office.control.put(f"/control/users/{dana}/enabled", json={"enabled": True})
    reminder = await office.mail(dana, count=before + 1)
    assert reminder["headers"]["X-MFA-Rollout-Mail"] == "reminder"
    assert before == 1
    await office.row_with(dana, ErrorDetails=None)


async def test_deleted_and_restored(office: Product) -> None:
    """Gone for a day: the enrolment has ended, and the link leads to nobody until they are back.

    Who is imported again goes on where they were, with the mail that they have.
    """
    glen = await office.add_person("glen.gone")
    await office.import_people(glen, batch_id="gone")
    mail = await office.mail(glen)
    row = await office.row_with(glen, InviteStatus="Sent")
    (await office.control.delete(f"/control/users/{glen}")).raise_for_status()
    await complains(office, glen, ProblemKind.GONE)

    async def ended() -> bool:
        handle = office.temporal.get_workflow_handle(enrolment_workflow_id(row["ObjectId"]))
        return (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

    await eventually(ended)
    assert await is_not_recognised(office, links(mail)["enrol"])

    (await office.control.post(f"/control/users/{row['ObjectId']}/restore")).raise_for_status()
    await office.import_people(glen, batch_id="back", REMINDER_INTERVAL="90d")
    back = await office.row_with(glen, InviteStatus="Sent", ErrorDetails=None)
    assert (back["id"], back["InviteSentDate"]) == (row["id"], row["InviteSentDate"])
    await click(office, mail)
    await office.row_with(glen, InviteStatus="AddedToGroup", InGroup=True)


async def test_a_newcomer_with_the_old_name_of_somebody_renamed(office: Product) -> None:
    """Both have a row of their own, and each goes on as if there were no other."""
    ann = await office.add_person("ann.smith")
    await office.import_people(ann, batch_id="ann", DAY_LENGTH="60s")
    await click(office, await office.mail(ann))
    before = await office.row_with(ann, InviteStatus="AddedToGroup")

    new = "ann.jones@contoso.example"
    await change(office, ann, userPrincipalName=new, mail=new)
    await office.add_person("ann.smith")
    await office.import_people(ann, batch_id="another-ann", REMINDER_INTERVAL="90d")
    newcomer = await office.row_with(ann, InviteStatus="Sent")
    renamed = await office.row_with(new, InviteStatus="AddedToGroup")
    assert newcomer["ObjectId"] != renamed["ObjectId"] == before["ObjectId"]
    assert newcomer.get("ClickedLinkDate") is None
    assert renamed["ClickedLinkDate"] == before["ClickedLinkDate"]
    # The first mail at this address was the other Ann's.
    await click(office, await office.mail(ann, count=2))
    await office.row_with(ann, InviteStatus="AddedToGroup")


async def test_somebody_new_under_an_old_name(office: Product) -> None:
    """Another person takes the row over from the beginning; the old link leads to nobody."""
    sam = await office.add_person("sam.same")
    # Long enough for the old enrolment to be still there when the new one begins.
    await office.import_people(sam, batch_id="first-sam", DAY_LENGTH="15s")
    old_mail = await office.mail(sam)
    await click(office, old_mail)
    old = await office.row_with(sam, InviteStatus="AddedToGroup")

    (await office.control.delete(f"/control/users/{sam}")).raise_for_status()
    await office.add_person("sam.same")
    await office.import_people(sam, batch_id="second-sam", REMINDER_INTERVAL="90d")
    new_mail = await office.mail(sam)
    row = await office.row_with(sam, InviteStatus="Sent")
    assert row["ObjectId"] != old["ObjectId"]
    assert row["TrackingToken"] != old["TrackingToken"]
    assert row.get("ClickedLinkDate") is None
    assert row.get("AddedToGroupDate") is None
    assert not row["InGroup"]
    assert row["SourceBatchId"] == "second-sam"

    async def forgotten() -> bool:
        return await is_not_recognised(office, links(old_mail)["enrol"])

    await eventually(forgotten)
    # What ended the old enrolment isn't said of the new person.
    row = await office.row_with(sam, ObjectId=row["ObjectId"], InviteStatus="Sent")
    assert row.get("ErrorDetails") in {None, ""}
    assert links(new_mail)["enrol"].endswith(row["TrackingToken"])
    await click(office, new_mail)
    await office.row_with(sam, InviteStatus="AddedToGroup", InGroup=True)


async def test_a_registration_that_the_report_knows_of(office: Product) -> None:
    """Looked at twice a day only, yet Active as soon as the sweep has read the report."""
    wren = await office.add_person("wren.report")
    await office.import_people(wren, batch_id="report", DAY_LENGTH="1d")
    await office.row_with(wren, InviteStatus="Sent")
    body = {"type": "microsoftAuthenticator"}
    response = await office.control.post(f"/control/users/{wren}/methods", json=body)
    response.raise_for_status()

    await office.come_round(SWEEP_SCHEDULE_ID)
    row = await office.row_with(wren, InviteStatus="Active", MFARegistrationState="Registered")
    assert row["MFARegistrationDate"]
