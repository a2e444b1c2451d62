"""The steps of a mail, each committed before the call that it announces.

Every step changes the row only while it is the attempt's own. Each may be repeated by the attempt
that took it, as happens when the answer to a commit was lost. ``sending`` is in ``budget``.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import Update, bindparam, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import sent_mail
from domain.failures import AttemptSuperseded
from domain.tables.mail import MailState
from domain.tables.values import Json

_m = sent_mail.c
_UNSENT = (MailState.RESERVED, MailState.DRAFTING, MailState.DRAFTED)


async def drafting(connection: AsyncConnection, key: str, attempt: str) -> None:
    """Say that a draft may exist from now on.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more, or has gone further.
    """
    await _step(connection, key, attempt, _UNSENT, {"state": MailState.DRAFTING, "draft_id": None})


async def drafted(
    connection: AsyncConnection,
    key: str,
    attempt: str,
    *,
    draft_id: str,
    template_hash: str,
    values: dict[str, Json],
    link_key: str | None = None,
) -> None:
    """Keep the draft's id, from what it was made, and the name of the key of its link.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more, or has gone further.
    """
    changes = {
        "state": MailState.DRAFTED,
        "draft_id": draft_id,
        "template_hash": template_hash,
        "values": values,
        "link_key": link_key,
    }
    await _step(connection, key, attempt, (MailState.DRAFTING, MailState.DRAFTED), changes)


async def found(connection: AsyncConnection, key: str, attempt: str, *, draft_id: str) -> None:
    """Keep the id of a draft that an earlier attempt made and could not report.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more, or has gone further.
    """
    changes = {"state": MailState.DRAFTED, "draft_id": draft_id}
    await _step(connection, key, attempt, (MailState.DRAFTING, MailState.DRAFTED), changes)


async def discarded(connection: AsyncConnection, key: str, attempt: str) -> None:
    """Say that the draft is deleted, and the mail waits without one.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more, or has gone further.
    """
    await _step(connection, key, attempt, _UNSENT, {"state": MailState.RESERVED, "draft_id": None})


async def refused(connection: AsyncConnection, key: str, attempt: str) -> None:
    """Go back to the draft: the request to send was refused, so nothing left and nothing counts.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more, or has gone further.
    """
    changes = {"state": MailState.DRAFTED, "sending_at": None, "from_form_share": False}
    await _step(connection, key, attempt, (MailState.SENDING, MailState.DRAFTED), changes)


async def sent(
    connection: AsyncConnection, key: str, attempt: str, *, now: datetime, outcome: str
) -> None:
    """Say that the mail has left.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more.
    """
    changes = {"state": MailState.SENT, "finished_at": now, "outcome": outcome}
    await _step(connection, key, attempt, (MailState.SENDING, MailState.SENT), changes)


async def unconfirmed(
    connection: AsyncConnection, key: str, attempt: str, *, now: datetime, outcome: str
) -> None:
    """Say that the mail may have left and can't be found; it is never sent again by itself.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more.
    """
    changes = {"state": MailState.UNCONFIRMED, "finished_at": now, "outcome": outcome}
    await _step(connection, key, attempt, (MailState.SENDING, MailState.UNCONFIRMED), changes)


async def withdrawn(
    connection: AsyncConnection, key: str, attempt: str, *, now: datetime, outcome: str
) -> None:
    """Say that the mail won't leave: its draft is discarded.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more, or is being sent.
    """
    changes = {"state": MailState.WITHDRAWN, "finished_at": now, "outcome": outcome}
    await _step(connection, key, attempt, (*_UNSENT, MailState.WITHDRAWN), changes)


async def _step(
    connection: AsyncConnection,
    key: str,
    attempt: str,
    before: tuple[MailState, ...],
    changes: Mapping[str, object],
) -> None:
    asked = {"mail_key": key, "mine": attempt, **changes}
    if (await connection.execute(_statement(before), asked)).rowcount != 1:
        raise AttemptSuperseded("Another attempt has taken this mail over.")


@cache
def _statement(before: tuple[MailState, ...]) -> Update:
    """Return the statement, put together once; IN would be written anew each time."""
    return update(sent_mail).where(
        _m.key == bindparam("mail_key"),
        _m.attempt == bindparam("mine"),
        or_(*(_m.state == one for one in before)),
    )
