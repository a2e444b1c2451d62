"""What an admin is told of a mailbox that may not send, and how it is tried again."""

from datetime import timedelta

import pytest

from domain.mail.returned import blocked_sender
from domain.mail.returned.blocked_sender import remedy


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("5.1.8", ("blocked the mailbox", "Restricted entities", "outbound spam policy")),
        ("5.1.90", ("used up its recipients of a day", "SENDER_MAILBOXES")),
        ("5.2.0", ("used up its recipients of a day", "SENDER_MAILBOXES")),
        ("5.2.2", ("is full", "delete old mails")),
        ("5.7.232", ("trial tenant", "licence")),
        ("5.7.233", ("external recipients", "until tomorrow")),
        ("5.7.705", ("blocked the tenant", "support to lift the block")),
        ("5.7.708", ("accepts no mail from this tenant", "support to lift the block")),
        ("5.7.750", ("refuses the domain", "verify it")),
        ("5.7.800", ("banned the domain", "support to lift the ban")),
        ("5.7.501", ("refused as spam", "message trace")),
    ],
)
def test_each_code_has_its_remedy(code: str, says: tuple[str, ...]) -> None:
    """The remedy says what to do, and names the code at its end."""
    text = remedy(code)
    assert all(part in text for part in says)
    assert text.endswith(f" ({code})")


def test_without_a_code_none_is_named() -> None:
    """Nothing stands in brackets where nothing is known."""
    assert remedy("") == (
        "Its mail is refused as spam: look at Restricted entities and at the message trace in "
        "Microsoft Defender"
    )


def test_how_a_mailbox_is_tried_again() -> None:
    """Every half hour, and for ten minutes each time."""
    assert timedelta(minutes=10) == blocked_sender.ARRIVES_WITHIN
    assert timedelta(seconds=1) == blocked_sender.FIRST_LOOK
    assert timedelta(seconds=30) == blocked_sender.LOOK_EVERY
    assert timedelta(minutes=30) == blocked_sender.TRY_EVERY
