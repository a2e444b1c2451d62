"""Enhanced status codes of returned mail (RFC 3463), and the class that each belongs to.

The class decides what happens; the words beside a code never do, since every mail system has its
own. One reason counts by its words, as Exchange gives it under codes that mean something else. Each
row has its source.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class BounceClass(StrEnum):
    """What a returned mail says about the person, their mailbox or the sender."""

    ADDRESS = "address"
    """Nobody has the address, or nothing can be delivered to it."""
    PASSING = "passing"
    """The mailbox is full, or its server can't take mail now: a later mail may arrive."""
    REFUSED = "refused"
    """The address is right; the mailbox or a rule refuses this sender or this mail."""
    SENDER_BLOCKED = "sender-blocked"
    """The sender mailbox, or its whole tenant, may not send; the person has nothing to do with it.
    """
    DELIVERED = "delivered"
    """The mail has arrived all the same, as where only the person's own forwarding is refused."""


EXCHANGE = (
    "https://learn.microsoft.com/exchange/mail-flow-best-practices/"
    "non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online"
)
OUTBOUND = "https://learn.microsoft.com/defender-office-365/outbound-spam-restore-restricted-users"
LIMITS = "https://learn.microsoft.com/exchange/troubleshoot/antispam/bulk-email-errors"
BLOCK_LIST = (
    "https://learn.microsoft.com/defender-office-365/tenant-allow-block-list-email-spoof-configure"
)
SUBMISSION = (
    "https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements"
)
FORWARDING = "https://learn.microsoft.com/defender-office-365/outbound-spam-policies-external-email-forwarding"
IANA = "https://www.iana.org/assignments/smtp-enhanced-status-codes"
GOOGLE = "https://support.google.com/a/answer/3726730"
RFC_3463 = "https://www.rfc-editor.org/rfc/rfc3463"
RFC_5321 = "https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3"


@dataclass(frozen=True, slots=True)
class Row:
    """Codes of one class: ``5.7.501``, all that begin like ``5.1.``, or a range of details."""

    codes: str
    bounce_class: BounceClass
    source: str

    def covers(self, code: str) -> bool:
        """Say whether the code is one of these."""
        if self.codes.endswith("."):
            return code.startswith(self.codes)
        first, _, last = self.codes.partition("-")
        if not last:
            return code == first
        subject, detail = code.rsplit(".", 1)
        low_subject, low = first.rsplit(".", 1)
        return subject == low_subject and int(low) <= int(detail) <= int(last)


_ADDRESS, _PASSING, _REFUSED = BounceClass.ADDRESS, BounceClass.PASSING, BounceClass.REFUSED
_BLOCKED, _DELIVERED = BounceClass.SENDER_BLOCKED, BounceClass.DELIVERED

# Exchange's word for whatever another server said; its own reason may stand behind it.
_CATCH_ALL = "5.0.350"

# The first row that covers a code counts: single codes before the subjects that they are part of.
TABLE = (
    # What the sender's own service says of the sender.
    Row("5.1.8", _BLOCKED, OUTBOUND),
    Row("5.1.90", _BLOCKED, EXCHANGE),
    Row("5.7.230-239", _BLOCKED, LIMITS),
    Row("5.7.350", _BLOCKED, EXCHANGE),
    # Of the person's address, or of who receives for it: Exchange's table says so of each.
    Row("5.7.504-505", _ADDRESS, EXCHANGE),
    Row("5.7.507", _REFUSED, EXCHANGE),
    Row("5.7.510", _REFUSED, EXCHANGE),
    Row("5.7.501-511", _BLOCKED, EXCHANGE),
    Row("5.7.705", _BLOCKED, EXCHANGE),
    Row("5.7.708", _BLOCKED, EXCHANGE),
    Row("5.7.750", _BLOCKED, EXCHANGE),
    Row("5.7.800", _BLOCKED, EXCHANGE),
    # The person has the mail.
    Row("5.7.520", _DELIVERED, FORWARDING),
    Row("2.", _DELIVERED, RFC_3463),
    # A mailbox that is full, or a server that gave up waiting for another.
    Row("5.2.2", _PASSING, RFC_3463),
    # The person gets more mails in an hour than Exchange allows.
    Row("5.2.121-122", _PASSING, EXCHANGE),
    Row("5.3.0-3", _PASSING, RFC_3463),
    Row("5.4.0", _PASSING, RFC_3463),
    Row("5.4.3", _PASSING, RFC_3463),
    Row("5.4.5", _PASSING, RFC_3463),
    Row("5.4.7", _PASSING, RFC_3463),
    Row("5.4.300-301", _PASSING, EXCHANGE),
    Row("5.4.316", _PASSING, EXCHANGE),
    Row("4.", _PASSING, RFC_3463),
    # The address.
    Row("5.1.7", _REFUSED, RFC_3463),
    Row("5.1.", _ADDRESS, RFC_3463),
    Row("5.2.1", _ADDRESS, GOOGLE),
    Row("5.2.4", _ADDRESS, RFC_3463),
    Row("5.4.1", _ADDRESS, EXCHANGE),
    Row("5.4.4", _ADDRESS, RFC_3463),
    Row("5.4.310", _ADDRESS, EXCHANGE),
    Row("5.4.312", _ADDRESS, EXCHANGE),
    # Outlook.com and Hotmail say so of an address that nobody has.
    Row("5.5.0", _ADDRESS, EXCHANGE),
    Row("5.7.17", _ADDRESS, IANA),
    # The mailbox, a rule or the other side's policy.
    Row(_CATCH_ALL, _REFUSED, EXCHANGE),
    Row("5.7.1", _REFUSED, EXCHANGE),
    Row("5.7.124", _REFUSED, EXCHANGE),
    Row("5.7.129", _REFUSED, EXCHANGE),
    Row("5.7.133-134", _REFUSED, EXCHANGE),
    # The tenant's own list of addresses and domains to which nobody may write.
    Row("5.7.703", _REFUSED, BLOCK_LIST),
    Row("5.2.", _REFUSED, RFC_3463),
    Row("5.3.", _REFUSED, RFC_3463),
    Row("5.4.", _REFUSED, EXCHANGE),
    Row("5.5.", _REFUSED, RFC_3463),
    Row("5.6.", _REFUSED, RFC_3463),
    Row("5.7.", _REFUSED, RFC_3463),
)
# The sender has used up the recipients of a day, or its mailbox is full: Exchange says so with
# 5.2.0 and 5.2.2, which otherwise tell of the person's mailbox. SMTP replies aren't translated.
# Sources: ``SUBMISSION`` and ``EXCHANGE``.
_AT_SUBMISSION = re.compile(
    r"submission ?quota ?exceeded|submission\.exception:quotaexceeded", re.IGNORECASE
)
# Of reports that have no code of their own but the reply of an SMTP server.
REPLIES = (
    Row("552", _PASSING, RFC_5321),
    Row("550", _ADDRESS, RFC_5321),
    Row("551", _ADDRESS, RFC_5321),
    Row("553", _ADDRESS, RFC_5321),
    Row("4", _PASSING, RFC_5321),
    Row("5", _REFUSED, RFC_5321),
)

# Behind a dot, a digit or a letter it is part of a version or an address.
CODE = re.compile(r"(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?![\w.]*\d)")
_REPLY = re.compile(r"(?<![\w.#])([45]\d\d)(?=[\s-])")


def class_of(code: str, diagnostic: str = "") -> BounceClass:
    """Return the class of a failure by its code, else by the reply of the server that refused it.

    Without either the mail has come back, and that is all that is known: the address.
    """
    if _AT_SUBMISSION.search(diagnostic):
        return _BLOCKED
    for row in TABLE:
        if code and row.covers(code):
            return row.bounce_class
    reply = _REPLY.search(diagnostic)
    if reply is None:
        return BounceClass.ADDRESS
    return next(row.bounce_class for row in REPLIES if reply.group(1).startswith(row.codes))


def code_in(text: str) -> str:
    """Return the first enhanced status code of a failure in a text, or nothing."""
    found = next((code for code in CODE.findall(text) if code[0] != "2"), None)
    return found or ""


def more_exact(status: str, diagnostic: str) -> str:
    """Return the code that says more: a report's own, or the one that a server gave as a reason.

    ``5.0.0`` and ``5.0.350`` say only that it failed. What the server said is then in the
    diagnostic; so is the reason why a report gives up in words of its own (``4.4.7``).
    """
    own = code_in(status)
    if own and not own.endswith(".0.0") and own != _CATCH_ALL:
        return own
    given = (code for code in CODE.findall(diagnostic) if code[0] != "2" and code != own)
    return next(given, own)
