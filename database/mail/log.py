"""The mails' log as activities are given it: each call is a transaction of its own."""

from collections.abc import Callable, Sequence
from datetime import datetime

from database.engine import Database
from database.enrolments.record import record
from database.enrolments.tombstones import Tombstones
from database.mail import budget, reservation, steps
from database.mail.templates import keep_template
from domain.records.enrolment import EnrolmentRecord, WriteOutcome
from domain.records.mail import MailLimits, NewMail, NotYet, SentMail
from domain.records.story import StoryEvent
from domain.records.values import Json


class MailLog:
    """The row of each mail, written before the call that it announces.

    Raises:
        DatabaseUnavailable: from every method, when the database can't be used now. Nothing leaves.
        AttemptSuperseded: from every step, when another attempt has taken the mail over.
    """

    def __init__(
        self,
        database: Database,
        tombstones: Tombstones,
        *,
        limits: MailLimits,
        clock: Callable[[], datetime],
    ) -> None:
        """Use this database, these budgets and this clock."""
        self._database = database
        self._tombstones = tombstones
        self._limits = limits
        self._clock = clock

    async def reserve(
        self, mail: NewMail, row: EnrolmentRecord, events: Sequence[StoryEvent], *, attempt: str
    ) -> SentMail | None:
        """Make a mail this attempt's, and write the person in the same transaction.

        No mail leaves before its person is in the tables: a token that they don't know is nobody's.
        None means that the person is erased.
        """
        async with self._database.writing() as connection:
            outcome = await record(connection, row, events, tombstones=self._tombstones)
            if outcome is WriteOutcome.ERASED:
                return None
            now = self._clock()
            return await reservation.reserve(connection, mail, attempt=attempt, now=now)

    async def withdraw(self, mail: NewMail, *, attempt: str) -> SentMail:
        """Take a mail over in order to withdraw it; one that nobody reserved is withdrawn now."""
        async with self._database.writing() as connection:
            now = self._clock()
            return await reservation.withdraw(connection, mail, attempt=attempt, now=now)

    async def drafting(self, key: str, attempt: str) -> None:
        """Say that a draft may exist from now on."""
        async with self._database.writing() as connection:
            await steps.drafting(connection, key, attempt)

    async def drafted(
        self,
        mail: NewMail,
        attempt: str,
        *,
        draft_id: str,
        template: tuple[str, str],
        values: dict[str, Json],
    ) -> None:
        """Keep the draft's id, and from what it was made: template (hash, source) and values."""
        template_hash, source = template
        async with self._database.writing() as connection:
            now = self._clock()
            await keep_template(connection, template_hash, mail.kind, source, now=now)
            await steps.drafted(
                connection,
                mail.key,
                attempt,
                draft_id=draft_id,
                template_hash=template_hash,
                values=values,
            )

    async def sending(
        self, key: str, attempt: str, *, today: tuple[datetime, datetime]
    ) -> datetime | NotYet:
        """Count the mail against the budgets and return when, or say why it has to wait."""
        async with self._database.writing() as connection:
            return await budget.sending(
                connection, key, attempt, limits=self._limits, clock=self._clock, today=today
            )

    async def refused(self, key: str, attempt: str) -> None:
        """Go back to the draft: the request to send was refused, so nothing left."""
        async with self._database.writing() as connection:
            await steps.refused(connection, key, attempt)

    async def sent(self, key: str, attempt: str, outcome: str) -> None:
        """Say that the mail has left."""
        async with self._database.writing() as connection:
            await steps.sent(connection, key, attempt, now=self._clock(), outcome=outcome)

    async def unconfirmed(self, key: str, attempt: str, outcome: str) -> None:
        """Say that the mail may have left and can't be found; it is never sent again by itself."""
        async with self._database.writing() as connection:
            await steps.unconfirmed(connection, key, attempt, now=self._clock(), outcome=outcome)

    async def withdrawn(self, key: str, attempt: str, outcome: str) -> None:
        """Say that the mail won't leave: its draft is discarded."""
        async with self._database.writing() as connection:
            await steps.withdrawn(connection, key, attempt, now=self._clock(), outcome=outcome)
