"""What tests of mails share: people, and the mails that were written to them."""

import re

from activities.mail.activities import PreparedMail
from simulated_tenant.exchange.message import Message
from tests.activities.attempts import Attempts
from tests.activities.stage import SENDER, Stage

_LINK = re.compile(r"""(?:href|src)=["'](https://[^"']+)["']""")


def preparing(stage: Stage) -> Attempts[PreparedMail]:
    """Return the attempts of one mail."""
    return Attempts(stage.mail_activities.prepare_mail)


def links(message: Message) -> set[str]:
    """Return every link and picture of a mail."""
    return {link.replace("&amp;", "&") for link in _LINK.findall(message.html or "")}


def draft(stage: Stage, draft_id: str | None) -> Message:
    """Return a message by the id that an activity gave."""
    assert draft_id is not None
    found = stage.tenant.mailboxes.find(stage.ground.sender.id, draft_id)
    assert found is not None
    return found


def receivers(message: Message) -> list[str]:
    """Return whom a mail goes to."""
    return [recipient.address for recipient in message.recipients]


def folders(stage: Stage, draft_id: str) -> list[str]:
    """Return the folders of the sender in which a message is."""
    found = ["drafts", "sentitems", "deleteditems"]
    return [
        folder
        for folder in found
        if draft_id in {message.id for message in stage.tenant.mailbox(SENDER, folder)}
    ]
