"""The settings that turn something off or elsewhere, seen only from outside."""

from typing import Any

from templates.catalogue import sentence
from tests.integration.conftest import REHEARSAL
from tests.support.deadline import IN_GERMAN
from tests.support.eventually import eventually
from tests.support.product import Product

# One reminder, then the manager: enough of a life to get every kind of mail.
SHORT = {"REMINDER_INTERVAL": "1d", "MAX_REMINDERS": "1", "ESCALATE_AFTER": "1"}


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
    # OPEN_TRACKING is off as well.
    assert not [mail for mail in hers + managers if "track-open" in mail["html"]]
    assert await rehearsal.mails(ada) == []
    assert await rehearsal.mails(manager) == []
    await rehearsal.row_with(ada, EscalatedToManager=True, ManagerUPN=manager)


async def test_the_deadline_in_the_readers_language(rehearsal: Product) -> None:
    """The day that ENROLMENT_DEADLINE names is said in words, in subject and body."""
    name, day = "Dora Zurich", IN_GERMAN
    dora = await rehearsal.add_person("dora", displayName=name, preferredLanguage="de-CH")
    await rehearsal.import_people(dora, batch_id="deadline")
    (mail, *_) = await _mails_for(rehearsal, name, "invitation")
    assert mail["subject"] == f"[for {name}] {name}, please set up MFA at Contoso before {day}"
    assert day in mail["html"]
    assert day in " ".join(mail["text"].split())


async def test_a_preview_is_sent_as_the_worker_sends(rehearsal: Product) -> None:
    """`preview --to` leaves a mail where all mails go in a rehearsal, and is in the audit log."""
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
    status, output = await rehearsal.run("audit", "export", "--action", "send-test-mail")
    # The log stays for good, so it holds no address.
    assert ("follow-up.en" in output, "me@contoso" in output) == (True, False)

    status, output = await rehearsal.run(
        "preview", "reminder", "--to", "max.preview@contoso.example", MAIL_REDIRECT_TO=""
    )
    assert (status, "max.preview@contoso.example" in output) == (0, True)
