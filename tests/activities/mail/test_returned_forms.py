"""What comes back in the forms of other systems and of the field: told to whom, as what."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from database.mail.senders import SenderStates
from domain.enrolment.mail.bounces import mail_bounced
from domain.enrolment.messages import MailBounced
from domain.enrolment.state import ProblemKind
from domain.enrolment.texts import PROBLEMS
from domain.mail.returned.blocked_sender import remedy
from domain.mail.returned.status_codes import BounceClass
from domain.tables.mail import SenderState
from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.message import MESSAGE_CLASS, Message, new_id
from simulated_tenant.exchange.recipients import RecipientRule
from tests.activities.mail.senders import RUN, Sender, key_of, logged
from tests.domain.enrolment.states import POLICY, START, sent

CASES = Path(__file__).parents[4] / "shared" / "cases"
REPORTS = {path.parent.name: json.loads(path.read_text()) for path in CASES.glob("F*/message.json")}
LOST = "lost@fabrikam.example"
EXPECTED = {
    "F02": BounceClass.SENDER_BLOCKED,
    "F03": BounceClass.SENDER_BLOCKED,
    "F05": BounceClass.SENDER_BLOCKED,
    "F06": BounceClass.PASSING,
    "F08": BounceClass.REFUSED,
    "F11": BounceClass.ADDRESS,
    "F13": BounceClass.ADDRESS,
}


@pytest.mark.parametrize("junk", ["off", "on"])
async def test_ten_mail_systems_are_told_in_one_look(sender: Sender, junk: str) -> None:
    """Each person hears of their own mail, also where neither headers nor conversation name it.

    So they do where all but Exchange's reports are taken for junk.
    """
    sender.stage.assume(junk=junk)
    rules = sender.stage.tenant.transport.rules
    listeners = []
    for system in MailSystem:
        address = f"{uuid4().hex}@fabrikam.example"
        rules.put(address, RecipientRule(code="5.1.1", system=system))
        person, listener = await sender.enrol()
        listeners.append(listener)
        await sender.send(key_of(person), address)
    assert await sender.returned() == len(MailSystem)
    told = [await listener.heard("mail_bounced", MailBounced) for listener in listeners]
    assert [[news.code for news in each] for each in told] == [["5.1.1"]] * len(MailSystem)


async def test_what_answers_by_itself_is_left_alone(sender: Sender) -> None:
    """Receipts, delays, absences and a person's answer bring no news and get no mark."""
    traits = sender.stage.tenant.traits
    ada, listener = await sender.enrol()
    for name in ("receipts", "delays", "outofoffice", "answers"):
        traits.switch(name)
    try:
        for system in (MailSystem.EXCHANGE_ONLINE, MailSystem.POSTFIX):
            traits.mailsystem = system
            await sender.send(key_of(ada), ada.user_principal_name)
    finally:
        traits.switch_all_off()
    assert len(sender.inbox()) >= 8
    assert await sender.returned() == 0
    assert await listener.heard("mail_bounced", MailBounced) == []
    assert {tuple(one.categories) for one in sender.inbox()} == {()}


async def test_a_report_is_read_by_its_attachments(sender: Sender) -> None:
    """Exchange can't give every message as MIME; the parts tell the same."""
    ada, listener = await sender.enrol()
    address = f"{uuid4().hex}@fabrikam.example"
    sender.stage.tenant.transport.rules.put(
        address, RecipientRule(code="5.2.2", system=MailSystem.SENDMAIL)
    )
    await sender.send(key_of(ada), address)
    sender.stage.fault("GET", r"/messages/[^/]+/\$value", status=400)
    assert await sender.returned() == 1
    (news,) = await listener.heard("mail_bounced", MailBounced)
    assert (news.code, news.bounce_class) == ("5.2.2", BounceClass.PASSING)


async def test_a_mail_of_somebody_else_blames_nobody(sender: Sender) -> None:
    """A colleague's mail to the same person came back: it has no key, and ours arrived."""
    ada, listener = await sender.enrol()
    await logged(sender, ada, LOST)
    await sender.send("", LOST)
    assert await sender.returned() == 0
    assert await listener.heard("mail_bounced", MailBounced) == []


@pytest.mark.skipif(not REPORTS, reason="the cases from the field are not in this checkout")
@pytest.mark.parametrize("name", sorted(REPORTS))
async def test_a_case_from_the_field(sender: Sender, name: str) -> None:
    """Each is told as what it is; the words that an admin reads are right."""
    case = REPORTS[name]
    ada, listener = await sender.enrol()
    key = await logged(sender, ada, LOST)
    await sender.send(key, ada.user_principal_name)
    (ours,) = sender.stage.tenant.mailbox(sender.address, "sentitems")
    sender.stage.tenant.mailboxes.put(incoming(case, ours))

    assert await sender.returned() == 1

    news = await listener.heard("mail_bounced", MailBounced)
    if case["right"] is None:
        assert news == []
        return
    (event,) = news
    assert event.bounce_class is EXPECTED[name[:3]]
    said = await words(sender, event)
    assert [word for word in case.get("must", ()) if word not in said] == []
    assert [word for word in case.get("must_not", ()) if word in said] == []


async def words(sender: Sender, event: MailBounced) -> str:
    """Return what an admin reads: of the person, else of the sender mailbox."""
    state = sent(mails_begun=1)
    assert mail_bounced(state, event, POLICY, RUN, START)
    blocked = await SenderStates(sender.stage.database).read(sender.address)
    if event.bounce_class is not BounceClass.SENDER_BLOCKED:
        assert blocked is None or blocked.state is SenderState.READY
        assert state.problem is not None
        assert state.problem.kind is not ProblemKind.FAILURE
        return PROBLEMS[state.problem.kind] + state.problem.values["code"]
    assert state.problem is None
    assert blocked is not None
    assert blocked.state is SenderState.PAUSED
    return remedy(blocked.reason or "")


def incoming(case: dict[str, Any], ours: Message) -> Message:
    """Return the message in the inbox as Graph shows it, with the part that its headers promise."""
    named = {"{mid}": ours.internet_message_id, "{to}": LOST}
    body = case["body"]
    headers = [(name, value) for name, value in case["headers"]]
    for mark, value in named.items():
        body = body.replace(mark, value)
        headers = [(name, text.replace(mark, value)) for name, text in headers]
    apart = case.get("same_conversation") is False
    mime = "\r\n".join(f"{name}: {text}" for name, text in headers if name != "Content-Type")
    lines = [mime, "MIME-Version: 1.0"]
    if case["id"].startswith("F11"):
        lines += [
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            f"--b\r\nContent-Type: text/plain\r\n\r\n{body}",
            "--b\r\nContent-Type: text/rfc822-headers\r\n",
            f"Message-ID: {ours.internet_message_id}\r\n--b--",
        ]
    else:
        lines += ["Content-Type: text/plain", "", body]
    return replace(
        ours,
        id=new_id("AAkALg"),
        folder_bound_id=new_id("AAMkAG"),
        folder="inbox",
        subject=case["subject"],
        content=body,
        content_type="text",
        headers=headers,
        properties={MESSAGE_CLASS: case["class"]},
        categories=[],
        internet_message_id=f"<{uuid4().hex}@elsewhere.example>",
        conversation_id=uuid4().hex if apart else ours.conversation_id,
        mime="\r\n".join(lines),
    )
