"""A sender mailbox: whether the app may read and send, and what our tables know of it."""

from collections.abc import Sequence

from client.doctor.database import DatabaseFacts
from client.doctor.look import Shared
from domain.doctor.checks import Check, Fault, Finding, Good, found
from domain.failures import PermissionDenied
from domain.mail.returned.blocked_sender import remedy
from domain.tables.sending import MailboxUse
from graph.http.client import GraphClient
from graph.mailbox import Mailbox


async def look_at_sender(
    graph: GraphClient,
    facts: Shared[DatabaseFacts],
    address: str,
    *,
    client_id: str,
    per_day: int,
) -> Sequence[Finding]:
    """Return the line of a sender mailbox."""
    fault = await look_at_rights(graph, address, client_id=client_id)
    if fault is not None:
        return [fault]
    known = await facts.known()
    if known is None:
        return [found(Check.SENDER, Good.SENDER_UNCOUNTED, address)]
    limit = known.limits.per_day if known.limits else per_day
    return [_judge_use(address, known, limit)]


async def look_at_rights(graph: GraphClient, address: str, *, client_id: str) -> Finding | None:
    """Return what the app may not do with a sender mailbox, None where it may do all.

    Raises:
        NotFound: there is no such mailbox.
        RolloutError: it can't be asked now.
    """
    mailbox = Mailbox(graph, address)
    checks = (
        (mailbox.check, Fault.MAILBOX_NOT_GRANTED, "Mail.ReadWrite"),
        (mailbox.check_sending, Fault.MAILBOX_CANNOT_SEND, "Mail.Send"),
    )
    for check, fault, role in checks:
        try:
            await check()
        except PermissionDenied:
            told = {"client_id": client_id, "mailbox": address, "role": role}
            return found(Check.SENDER, fault, address, **told)
    return None


def _judge_use(address: str, facts: DatabaseFacts, per_day: int) -> Finding:
    use = facts.uses.get(address, MailboxUse())
    row = use.sender
    if row is not None and row.is_blocked:
        told = {"since": facts.when(row.since), "remedy": remedy(row.reason or "")}
        return found(Check.SENDER, Fault.SENDER_BLOCKED, address, **told)
    return found(Check.SENDER, Good.SENDER, address, used=use.last_day, per_day=per_day)
