"""Delivers a mail: the row decides what is done, and every attempt makes all checks anew."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from temporalio.exceptions import ApplicationError

from activities.concurrency import unbroken
from activities.mail.attempt import MailAttempt, in_transit, sending_at
from activities.mail.checks import Checked, MailChecks, Reader
from activities.mail.composer import MailComposer
from activities.mail.inputs import Delivered, DeliverMailInput
from activities.mail.turn import MailTurns, today_of
from domain.enrolment.mail.delivery import Verdict
from domain.keys import key_id
from domain.mail.content import Withheld
from domain.person import Person
from domain.status import MailKind
from domain.tables.mail import MailState, NotYet, SentMail
from domain.tracking_token import tracking_token

# When telephone numbers are kept: once, and again when somebody may have to call.
_CALLED_ABOUT = frozenset({MailKind.INVITATION, MailKind.ESCALATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDelivery:
    """The order of every attempt: the row, whether it is the mail's turn, the person, the mail."""

    turns: MailTurns
    checks: MailChecks
    composer: MailComposer
    token_key: bytes

    async def deliver(self, attempt: MailAttempt, input: DeliverMailInput) -> Delivered:
        """Bring the mail to its end, or raise the failure with which it comes back.

        Raises:
            ApplicationError: it has to wait; BENIGN, with the delay to the next attempt.
            RolloutError: Graph or the database failed.
        """
        row = await attempt.log.reserve(attempt.mail, attempt.id, input.person)
        if row.state.is_final:
            return finished(row)
        if row.state is MailState.SENDING and (settled := await settle(attempt, row)):
            return settled
        turn = await self.turns.wait_for_turn(attempt, input.window)
        if isinstance(turn, ApplicationError):
            raise await put_off(attempt, row, turn)
        if turn is not None:
            return await _withhold(attempt, row, turn, None)
        checked = await self.checks.check(
            input.kind, input.object_id, not_excluded_at=input.not_excluded_at
        )
        if checked.reader is None:
            withheld = checked.withheld or Withheld.NO_ADDRESS
            return await _withhold(attempt, row, withheld, checked.person)
        row = await self._drafted(attempt, row, input, checked, checked.reader)
        return await self._sent(attempt, row, input, checked)

    async def _drafted(
        self,
        attempt: MailAttempt,
        row: SentMail,
        input: DeliverMailInput,
        checked: Checked,
        reader: Reader,
    ) -> SentMail:
        """Return the row with its draft: the one that exists, else a new one.

        After its sending was begun there is never another: the same one is sent again.
        """
        if row.state is MailState.SENDING:
            return row
        if existing := await attempt.existing_draft(row):
            return existing
        token, link_key = self._token(input)
        composed = self.composer.compose(
            input.kind,
            key=input.key,
            tracking_token=token,
            nudges_sent=input.nudges_sent,
            is_repeated=_is_repeated(input),
            before_manager=input.before_manager,
            is_last=input.is_last,
            person=_known(checked.person),
            reader=reader,
        )
        composed = replace(composed, link_key=link_key)
        calls = checked.calls if input.kind in _CALLED_ABOUT else None
        drafted, cancelled = await unbroken(attempt.draft(row, composed, reader.manager_upn, calls))
        if cancelled:
            raise asyncio.CancelledError
        return drafted

    def _token(self, input: DeliverMailInput) -> tuple[str, str | None]:
        """Return the token of the mail's link, and which key made it, if it is one of ours."""
        if input.older_token is not None:
            return input.older_token, None
        token = tracking_token(input.object_id, self.token_key)
        # An escalation carries no link of the person's.
        is_mailed = input.kind is not MailKind.ESCALATION
        return token, key_id(self.token_key) if is_mailed else None

    async def _sent(
        self, attempt: MailAttempt, row: SentMail, input: DeliverMailInput, checked: Checked
    ) -> Delivered:
        """Send the draft in its turn, which may have passed to another mail meanwhile."""
        while True:
            today = today_of(input.window, datetime.now(UTC))
            counted, cancelled = await unbroken(attempt.send(row.draft_id or "", today))
            if not isinstance(counted, NotYet):
                manager_upn = checked.reader.manager_upn if checked.reader else None
                return Delivered(sent_at=counted, person=checked.person, manager_upn=manager_upn)
            if cancelled:
                raise asyncio.CancelledError
            turn = await self.turns.wait_for_turn(attempt, input.window)
            if isinstance(turn, ApplicationError):
                raise await put_off(attempt, row, turn)
            if turn is not None:
                return await _withhold(attempt, row, turn, checked.person)


async def settle(attempt: MailAttempt, row: SentMail) -> Delivered | None:
    """Return what became of a mail whose sending was begun, None when its draft is still there.

    Raises:
        ApplicationError: that can't be told yet; it is looked at again (``IN_TRANSIT``).
    """
    match await attempt.verdict(row):
        case Verdict.SENT:
            await attempt.log.sent(attempt.key, attempt.id, "found in Sent Items")
            return finished(replace(row, state=MailState.SENT))
        case Verdict.UNCONFIRMED:
            await attempt.log.unconfirmed(attempt.key, attempt.id, "neither draft nor sent item")
            return finished(replace(row, state=MailState.UNCONFIRMED))
        case Verdict.WAIT:
            raise in_transit(sending_at(row))
        case Verdict.SEND_THE_DRAFT:
            return None


def finished(row: SentMail) -> Delivered:
    """Return what the row of a finished mail says became of it."""
    if row.state is MailState.WITHDRAWN:
        return Delivered(withheld=_withheld(row.outcome))
    manager = row.values.get("manager_upn")
    return Delivered(
        sent_at=sending_at(row),
        unconfirmed=row.state is MailState.UNCONFIRMED,
        manager_upn=manager if isinstance(manager, str) else None,
    )


async def discarded(attempt: MailAttempt, row: SentMail, outcome: str) -> None:
    """Delete the mail's draft, and say that it won't leave.

    One whose sending was begun is a draft again first, as Exchange still has it as one.
    """
    if row.state is MailState.SENDING:
        await attempt.log.refused(attempt.key, attempt.id)
    await attempt.discard(row)
    await attempt.log.withdrawn(attempt.key, attempt.id, outcome)


async def _withhold(
    attempt: MailAttempt, row: SentMail, reason: Withheld, person: Person | None
) -> Delivered:
    await discarded(attempt, row, reason.value)
    return Delivered(withheld=reason, person=person)


async def put_off(
    attempt: MailAttempt, row: SentMail, until_then: ApplicationError
) -> ApplicationError:
    """Discard the draft before a wait, so that none lies there with a live link in it.

    One whose sending was begun stays, since there may never be a second.
    """
    if row.state not in {MailState.SENDING, MailState.RESERVED}:
        await attempt.discard(row)
        await attempt.log.discarded(attempt.key, attempt.id)
    return until_then


def _is_repeated(input: DeliverMailInput) -> bool:
    sent = {
        MailKind.REMINDER: input.person.reminders_sent,
        MailKind.FOLLOW_UP: input.person.follow_ups_sent,
    }
    return sent.get(input.kind, 0) > 0


def _known(person: Person | None) -> Person:
    if person is None:
        raise AssertionError("who has a reader was found in the directory")
    return person


def _withheld(outcome: str | None) -> Withheld | None:
    try:
        return Withheld(outcome or "")
    except ValueError:
        return None
