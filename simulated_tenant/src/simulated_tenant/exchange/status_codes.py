"""Enhanced status codes with the words in which servers give them.

Sources: https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online
and RFC 3463. The codes below ``5.7.5`` are also what Exchange Online says of a whole tenant.
"""

from dataclasses import dataclass

RECIPIENT_NOT_FOUND = "5.1.10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a server didn't take or keep a mail."""

    code: str
    reply: int
    text: str

    def __str__(self) -> str:
        """Write it as an SMTP reply."""
        return f"{self.reply} {self.code} {self.text}"


_TEXTS: dict[str, tuple[int, str]] = {
    "5.0.350": (550, "Remote server returned an error"),
    "5.1.0": (550, "Address rejected"),
    "5.1.1": (550, "RESOLVER.ADR.RecipNotFound; not found"),
    "5.1.3": (550, "RESOLVER.ADR.InvalidAddress; invalid recipient address"),
    "5.1.8": (550, "Access denied, bad outbound sender. AS(42003)"),
    "5.1.10": (
        550,
        "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    ),
    "5.1.90": (550, "Your message can't be sent because you've reached your daily limit"),
    "5.2.0": (554, "STOREDRV.Submission.Exception:SubmissionQuotaExceededException"),
    "5.2.2": (552, "mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException"),
    "5.2.121": (550, "Recipient's per hour message receive limit from specific sender exceeded"),
    "5.2.122": (550, "Recipient's per hour message receive limit exceeded"),
    "5.4.1": (550, "Recipient address rejected: Access denied. AS(201806281)"),
    "5.5.0": (550, "Requested action not taken: mailbox unavailable"),
    "5.7.1": (
        550,
        "TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy",
    ),
    "5.7.124": (550, "RESOLVER.RST.SenderNotInAllowedSendersList; not allowed"),
    "5.7.129": (550, "RESOLVER.RST.RestrictedToRecipientsPermission; not authorized"),
    "5.7.133": (550, "RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required"),
    "5.7.134": (550, "RESOLVER.RST.SenderNotAuthenticatedForMailbox; authentication required"),
    "5.7.232": (550, "Your message can't be sent because your trial tenant has exceeded its limit"),
    "5.7.233": (550, "Your message can't be sent because your tenant exceeded its daily limit"),
    "5.7.350": (550, "Remote server returned message detected as spam"),
    "5.7.520": (
        550,
        "Access denied, Your organization does not allow external forwarding. AS(7555)",
    ),
    "5.7.703": (550, "one or more recipients are blocked by tenant recipient block policy"),
    "5.7.705": (550, "Access denied, tenant has exceeded threshold. AS(8210)"),
    "5.7.708": (550, "Service unavailable. Access denied, traffic not accepted from this IP"),
    "5.7.750": (550, "Service unavailable. Client blocked from sending from unregistered domains"),
    "4.2.2": (452, "The email account that you tried to reach is over quota"),
    "4.3.2": (451, "Temporary server error. Please try again later"),
    "4.4.7": (550, "QUEUE.Expired; message expired"),
    "4.7.500": (451, "Server busy. Please try again later. (S77714)"),
}
_TEXTS |= {
    f"5.7.{number}": (550, "Service unavailable. Access denied, spam abuse detected")
    for number in range(501, 512)
}
_TEXTS |= {
    "5.7.504": (550, "Recipient address rejected: Access denied"),
    "5.7.505": (550, "Access denied, banned recipient"),
    "5.7.507": (550, "Access denied, rejected by recipient"),
    "5.7.510": (550, "Access denied, the domain does not accept email over IPv6"),
    "5.7.800": (550, "Access denied, banned sender"),
}


def refusal(code: str) -> Refusal:
    """Return a refusal by its code; one without words of its own is told in general ones."""
    reply, text = _TEXTS.get(code, (550 if code.startswith("5.") else 451, "Message not accepted"))
    return Refusal(code=code, reply=reply, text=text)


def known_codes() -> tuple[str, ...]:
    """Return every code with words of its own."""
    return tuple(_TEXTS)
