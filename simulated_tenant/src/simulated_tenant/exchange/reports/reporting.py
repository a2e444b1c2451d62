"""Which reports and answers there are about a mail, given who writes them and what it asks for.

A mail asks by ``X-Auto-Response-Suppress`` not to be answered; only Exchange knows that header. By
MS-OXCMAIL 2.1.3.2.20 its ``All`` covers non-delivery reports, too.
"""

from collections.abc import Iterator

from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.message import Message
from simulated_tenant.exchange.reports import answers
from simulated_tenant.exchange.reports.incoming import Incoming, Occasion
from simulated_tenant.exchange.reports.other_systems import FAILURES
from simulated_tenant.exchange.status_codes import RECIPIENT_NOT_FOUND, Refusal, refusal
from simulated_tenant.traits import Traits

_EXCHANGE = frozenset({MailSystem.EXCHANGE_ONLINE, MailSystem.EXCHANGE_ON_PREMISES})
# Other systems, and Exchange servers, call an address that nobody has so.
_UNKNOWN = "5.1.1"
_UNKNOWN_TEXT = "Recipient address rejected: User unknown"


def failure(
    occasion: Occasion, *, system: MailSystem, code: str | None, suppressible: bool
) -> Incoming | None:
    """Return a system's report on a failed mail, None if the mail asked for none.

    Without a code the address is one that nobody has.
    """
    if suppressible and system in _EXCHANGE and _suppressed(occasion.message, "ndr"):
        return None
    return FAILURES[system](occasion, _refusal(system, code))


def after_delivery(occasion: Occasion, traits: Traits) -> Iterator[Incoming]:
    """Iterate over what the recipient's side answers to a delivered mail."""
    exchange = traits.mailsystem in _EXCHANGE
    message = occasion.message
    if traits.delays:
        yield answers.exchange_delay(occasion) if exchange else answers.other_delay(occasion)
    if traits.receipts and not (exchange and _suppressed(message, "dr")):
        yield answers.delivery_receipt(occasion)
    if traits.receipts and not (exchange and _suppressed(message, "rn")):
        yield answers.read_receipt(occasion)
    if traits.outofoffice and not (exchange and _suppressed(message, "oof")):
        yield answers.exchange_absence(occasion) if exchange else answers.other_absence(occasion)
    if traits.answers:
        yield answers.persons_answer(occasion)


def _suppressed(message: Message, what: str) -> bool:
    asked = (message.header("X-Auto-Response-Suppress") or "").lower()
    return not {"all", what}.isdisjoint(word.strip() for word in asked.split(","))


def _refusal(system: MailSystem, code: str | None) -> Refusal:
    if system is MailSystem.EXCHANGE_ONLINE:
        return refusal(code or RECIPIENT_NOT_FOUND)
    if system is MailSystem.EXCHANGE_ON_PREMISES or code not in {None, _UNKNOWN}:
        return refusal(code or _UNKNOWN)
    return Refusal(code=_UNKNOWN, reply=550, text=_UNKNOWN_TEXT)
