"""A sender mailbox that may not send: how it is tried, and what an admin has to do."""

from datetime import timedelta

# A probe that hasn't arrived by then won't.
ARRIVES_WITHIN = timedelta(minutes=10)
FIRST_LOOK = timedelta(seconds=1)
LOOK_EVERY = timedelta(seconds=30)
# A blocked mailbox is tried again so often, and sends again without anybody's help once it may.
TRY_EVERY = timedelta(minutes=30)

REMEDIES = {
    "5.1.8": (
        "Microsoft has blocked the mailbox for sending too much: remove it from Restricted "
        "entities in Microsoft Defender, and give it an outbound spam policy that allows what it "
        "sends (docs/admin-guide.md)"
    ),
    **dict.fromkeys(
        ("5.1.90", "5.2.0"),
        "The mailbox has used up its recipients of a day: wait, or add SENDER_MAILBOXES",
    ),
    # Of the sender only where the words say so, too (``status_codes``).
    "5.2.2": (
        "The mailbox is full, or has used up its recipients of a day: delete old mails there, or "
        "add SENDER_MAILBOXES"
    ),
    "5.7.232": "A trial tenant has used up its recipients of a day: wait, or buy a licence",
    "5.7.233": "The tenant has used up its external recipients of a day: wait until tomorrow",
    "5.7.705": (
        "Microsoft has blocked the tenant for sending too much: look at Restricted entities in "
        "Microsoft Defender, then ask Microsoft's support to lift the block"
    ),
    "5.7.708": (
        "Microsoft accepts no mail from this tenant, as happens to new ones: ask Microsoft's "
        "support to lift the block"
    ),
    "5.7.750": (
        "Microsoft refuses the domain that the mailbox sends from: verify it in the Microsoft 365 "
        "admin center"
    ),
    "5.7.800": (
        "Microsoft has banned the domain that the mailbox sends from, for spam: ask Microsoft's "
        "support to lift the ban"
    ),
}
OTHER_REMEDY = (
    "Its mail is refused as spam: look at Restricted entities and at the message trace in "
    "Microsoft Defender"
)


def remedy(code: str) -> str:
    """Return what an admin has to do about a mailbox whose mail comes back with a code."""
    text = REMEDIES.get(code, OTHER_REMEDY)
    return f"{text} ({code})" if code else text
