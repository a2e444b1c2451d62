"""The log of mails as activities write it: every step committed before the call it announces."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.enrolments.contact import keep_contact
from database.enrolments.record import record_all
from database.mail import budget, reservation, senders, steps
from database.mail.templates import keep_template
from database.schema import enrolment
from database.tombstones import Tombstones
from domain.instants import EPOCH
from domain.portal.call_list import CallEntry
from domain.status import MailKind
from domain.tables.enrolment import EnrolmentChange, EnrolmentRecord, WriteOutcome
from domain.tables.mail import MailLimits, MailSource, NewMail, NotYet, SentMail
from domain.tables.values import Json

# Nearly everybody has a row by the time of a mail.
_KNOWN = select(literal(1)).where(enrolment.c.object_id == bindparam("wanted"))


class MailLog:
    """The rows of ``sent_mail``; each method is one transaction.

    Every step changes the row only while it is the attempt's own.
    """

    def __init__(
        self,
        database: Database,
        tombstones: Tombstones,
        *,
        limits: MailLimits,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Use this database; ``limits`` hold for each sender mailbox."""
        self._database = database
        self._tombstones = tombstones
        self._limits = limits
        self._clock = clock

    async def reserve(
        self, mail: NewMail, attempt: str, person: EnrolmentRecord | None
    ) -> SentMail:
        """Make a mail this attempt's, and see to it that the person has a row.

        A mail to admins is about no person.

        A token that our tables don't know is nobody's, so no mail leaves before them. The row that
        comes with a mail replaces no other: its revision only tells whether the mail was begun
        before the person was erased. Then the mail is withdrawn, and no row is written.

        Raises:
            DatabaseUnavailable: the database is away; the mail waits.
        """

        async def work(connection: AsyncConnection) -> SentMail:
            now = self._clock()
            if person is not None and await self._is_erased(connection, person):
                return reservation.withdrawn(mail, attempt=attempt, now=now)
            return await reservation.reserve(connection, mail, attempt=attempt, now=now)

        return await self._database.write(work)

    async def _is_erased(self, connection: AsyncConnection, person: EnrolmentRecord) -> bool:
        """Write the person's row where there is none, and say whether they were erased."""
        ids = [person.object_id]
        if (await connection.execute(_KNOWN, {"wanted": person.object_id})).first() is not None:
            await self._tombstones.lock(connection, ids)
            erased = await self._tombstones.read(connection, ids)
            return person.revision <= erased.get(person.object_id, -1)
        lowest = replace(person, revision=0)
        change = EnrolmentChange(row=lowest, begun=person.revision)
        written = await record_all(connection, [change], tombstones=self._tombstones)
        return written == [WriteOutcome.ERASED]

    async def withdraw(self, mail: NewMail, attempt: str) -> SentMail:
        """Take a mail over in order to withdraw it."""
        return await self._database.write(
            lambda connection: reservation.withdraw(
                connection, mail, attempt=attempt, now=self._clock()
            )
        )

    async def hold(self, key: str, attempt: str, today: tuple[datetime, datetime]) -> NotYet | None:
        """Return why the mail couldn't be counted now, and count nothing."""
        return await self._database.read(
            lambda connection: budget.hold(
                connection, key, attempt, limits=self._limits, now=self._clock(), today=today
            )
        )

    async def drafting(self, mail: NewMail, attempt: str, calls: CallEntry | None = None) -> None:
        """Say that a draft may exist from now on, and keep whom to call about the person.

        Args:
            mail: which mail.
            attempt: whose it is.
            calls: what the directory says at this mail; the manager's number at an escalation.
        """

        async def work(connection: AsyncConnection) -> None:
            await steps.drafting(connection, mail.key, attempt)
            if calls is not None:
                with_manager = mail.kind is MailKind.ESCALATION
                now = self._clock()
                await keep_contact(
                    connection, mail.object_id, calls, with_manager=with_manager, now=now
                )

        await self._database.write(work)

    async def drafted(
        self,
        mail: NewMail,
        attempt: str,
        *,
        draft_id: str,
        source: MailSource,
        values: dict[str, Json],
        link_key: str | None = None,
    ) -> None:
        """Keep the draft's id, from what it was made, and the name of the key of its link."""

        async def work(connection: AsyncConnection) -> None:
            await keep_template(connection, source.hash, mail.kind, source.text, now=self._clock())
            await steps.drafted(
                connection,
                mail.key,
                attempt,
                draft_id=draft_id,
                template_hash=source.hash,
                values=values,
                link_key=link_key,
            )

        await self._database.write(work)

    async def found(self, mail: NewMail, attempt: str, *, draft_id: str) -> None:
        """Keep the id of a draft that an earlier attempt made."""
        await self._database.write(
            lambda connection: steps.found(connection, mail.key, attempt, draft_id=draft_id)
        )

    async def sending(
        self,
        key: str,
        attempt: str,
        today: tuple[datetime, datetime],
        asked_at: datetime = EPOCH,
    ) -> datetime | NotYet:
        """Count the mail, not before ``asked_at``; return when by our clock, or why it waits."""
        return await self._database.write(
            lambda connection: budget.sending(
                connection,
                key,
                attempt,
                limits=self._limits,
                clock=self._clock,
                today=today,
                asked_at=asked_at,
            )
        )

    async def discarded(self, key: str, attempt: str) -> None:
        """Say that the draft is deleted, and the mail waits without one."""
        await self._database.write(lambda connection: steps.discarded(connection, key, attempt))

    async def refused(self, key: str, attempt: str) -> None:
        """Go back to the draft: the request to send was refused, and nothing counts."""
        await self._database.write(lambda connection: steps.refused(connection, key, attempt))

    async def sent(self, key: str, attempt: str, outcome: str) -> datetime:
        """Say that the mail has left, and return when."""
        now = self._clock()
        await self._database.write(
            lambda connection: steps.sent(connection, key, attempt, now=now, outcome=outcome)
        )
        return now

    async def unconfirmed(self, key: str, attempt: str, outcome: str) -> None:
        """Say that the mail may have left and can't be found."""
        await self._database.write(
            lambda connection: steps.unconfirmed(
                connection, key, attempt, now=self._clock(), outcome=outcome
            )
        )

    async def unfinished(self, keys: Collection[str]) -> set[str]:
        """Return which of these mails may still need their draft."""
        return await self._database.read(
            lambda connection: reservation.unfinished(connection, keys)
        )

    async def throttled(self, mail: NewMail, wait: timedelta) -> None:
        """Leave the mail's mailbox alone for so long: no worker begins a mail from it meanwhile."""
        await self._database.write(
            lambda connection: senders.throttled(
                connection, mail.sender, until=self._clock() + wait
            )
        )

    async def withdrawn(self, key: str, attempt: str, outcome: str) -> None:
        """Say that the mail won't leave."""
        await self._database.write(
            lambda connection: steps.withdrawn(
                connection, key, attempt, now=self._clock(), outcome=outcome
            )
        )
