"""The settings that turn something off or elsewhere, seen only from outside."""

from typing import Any

import pytest

from templates.mail.catalogue import sentence
from tests.integration.conftest import REHEARSAL
from tests.support.product import Product, links
from tests.support.world import eventually

# On a busy machine, the processes of one product share a core with much else.
pytestmark = pytest.mark.timeout(150)

# One reminder, then the manager: enough of a life to get every kind of mail.
SHORT = {"REMINDER_INTERVAL": "1d", "MAX_REMINDERS": "1", "ESCALATE_AFTER": "1"}

DEADLINES = {
    "en": "Wednesday 31 March 2027",
    "de": "Mittwoch, 31. März 2027",
    "fr": "mercredi 31 mars 2027",
}


async def _mails_for(product: Product, name: str, *kinds: str) -> list[dict[str, Any]]:
    """Wait until mails of these kinds have arrived for somebody, and return all that have."""
    found: list[dict[str, Any]] = []

    async def arrived() -> bool:
        mails = await product.mails(REHEARSAL)
        found[:] = [mail for mail in mails if mail["subject"].startswith(f"[for {name}] ")]
        return set(kinds) <= {_kind(mail) for mail in found}

    await eventually(arrived, seconds=90)
    return found


def _kind(mail: dict[str, Any]) -> str:
    return str(mail["headers"]["X-MFA-Rollout-Mail"])


async def test_mail_redirect_to(rehearsal: Product) -> None:
    """Invitation, reminder and escalation go to the one address, and say by name for whom."""
    manager = await rehearsal.add_person("max.redirect", displayName="Max Redirect")
    ada = await rehearsal.add_person("ada.redirect", displayName="Ada Redirect")
    body = {"managerId": manager}
    (await rehearsal.control.put(f"/control/users/{ada}/manager", json=body)).raise_for_status()
    await rehearsal.import_people(ada, batch_id="redirect", **SHORT)

    hers = await _mails_for(rehearsal, "Ada Redirect", "invitation", "reminder")
    managers = await _mails_for(rehearsal, "Max Redirect", "escalation")
    assert {tuple(mail["to"]) for mail in hers + managers} == {(REHEARSAL,)}
    assert not [mail for mail in hers + managers if "@" in mail["subject"]]
    assert await rehearsal.mails(ada) == []
    assert await rehearsal.mails(manager) == []
    await rehearsal.row_with(ada, EscalatedToManager=True, ManagerUPN=manager)


async def test_open_tracking_off(rehearsal: Product) -> None:
    """No mail to the user and none to the manager loads an image or knows the pixel's address."""
    manager = await rehearsal.add_person("max.pixel", displayName="Max Pixel")
    bob = await rehearsal.add_person("bob.pixel", displayName="Bob Pixel")
    body = {"managerId": manager}
    (await rehearsal.control.put(f"/control/users/{bob}/manager", json=body)).raise_for_status()
    await rehearsal.import_people(bob, batch_id="pixel", **SHORT)

    mails = await _mails_for(rehearsal, "Bob Pixel", "invitation", "reminder")
    mails += await _mails_for(rehearsal, "Max Pixel", "escalation")
    for mail in mails:
        assert "<img" not in mail["html"]
        assert "track-open" not in mail["html"]


async def test_enrol_confirmation_off(rehearsal: Product) -> None:
    """The mail's link itself is the click: no button, and a HEAD before it changes nothing."""
    eve = await rehearsal.add_person("eve.direct", displayName="Eve Direct")
    await rehearsal.import_people(eve, batch_id="direct")
    (mail, *_) = await _mails_for(rehearsal, "Eve Direct", "invitation")
    link = links(mail)["enrol"]
    await rehearsal.row_with(eve, InviteStatus="Sent")

    await rehearsal.public.head(link)
    assert (await rehearsal.row(eve)).get("ClickedLinkDate") is None
    page = await rehearsal.public.get(link)
    assert "<h1>MFA Enrolment Started</h1>" in page.text
    assert "<form" not in page.text
    row = await rehearsal.row_with(eve, InviteStatus="AddedToGroup")
    assert row["ClickedLinkDate"]
    assert "<h1>Already Registered</h1>" in (await rehearsal.public.get(link)).text


async def test_follow_up_off(rehearsal: Product) -> None:
    """Of two who clicked and stopped, only the one imported with follow-ups gets one."""
    people = {"off": "Olga Quiet", "on": "Otto Told"}
    for switch, name in people.items():
        address = await rehearsal.add_person(f"{switch}.follow", displayName=name)
        await rehearsal.import_people(
            address, batch_id=f"follow-{switch}", FOLLOW_UP=switch, REMINDER_INTERVAL="2d"
        )
        (mail, *_) = await _mails_for(rehearsal, name, "invitation")
        assert "Started" in (await rehearsal.public.get(links(mail)["enrol"])).text

    # His was due after hers would have been: she clicked first.
    await _mails_for(rehearsal, people["on"], "follow-up")
    hers = await _mails_for(rehearsal, people["off"])
    assert "follow-up" not in {_kind(mail) for mail in hers}


@pytest.mark.parametrize("language", DEADLINES)
async def test_the_deadline_in_the_readers_language(rehearsal: Product, language: str) -> None:
    """The day that ENROLMENT_DEADLINE names is said in words, in subject and body."""
    name = f"Dora {language.upper()}"
    dora = await rehearsal.add_person(
        f"dora.{language}", displayName=name, preferredLanguage=f"{language}-CH"
    )
    await rehearsal.import_people(dora, batch_id=f"deadline-{language}")
    (mail, *_) = await _mails_for(rehearsal, name, "invitation")
    day = DEADLINES[language]
    assert mail["subject"] == f"[for {name}] {name}, please set up MFA at Contoso before {day}"
    assert day in mail["html"]
    assert day in " ".join(mail["text"].split())


async def test_a_preview_is_sent_as_the_worker_sends(rehearsal: Product) -> None:
    """`preview --to` leaves a mail in the mailbox; in a rehearsal it goes where all mails go."""
    status, output = await rehearsal.run("preview", "follow-up", "--to", "me@contoso.example")
    assert status == 0, output
    assert "MAIL_REDIRECT_TO" in output
    (mail,) = [
        mail
        for mail in await _mails_for(rehearsal, "Ada Lovelace", "preview")
        if _kind(mail) == "preview"
    ]
    assert mail["to"] == [REHEARSAL]
    assert sentence("en", "follow-up", "heading") in mail["html"]

    status, output = await rehearsal.run(
        "preview", "reminder", "--to", "max.preview@contoso.example", MAIL_REDIRECT_TO=""
    )
    assert (status, "max.preview@contoso.example" in output) == (0, True)
