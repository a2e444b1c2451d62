"""A report: its figures are read once, and it is sent to each recipient exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

from temporalio import activity

from activities.mail.attempt import MailAttempt
from activities.mail.inputs import Delivered
from activities.mail.withdrawal import withdraw
from activities.metrics import count_mail
from activities.reports.composer import ReportComposer
from activities.reports.delivery import ReportDelivery
from domain.identifiers import report_key
from domain.reports.figures import Figures
from domain.reports.records import ReportContent, ReportSchedule
from domain.tables.mail import AdminMailKind, NewMail

if TYPE_CHECKING:
    from database.mail.log import MailLog
    from database.portal.reports import ReportTables
    from graph.mailbox import Mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """Which report."""

    schedule_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedReport:
    """What all recipients get alike, and from which mailbox; their addresses stay in the table.

    Attributes:
        figures: those of ``at``.
        before: those of the report before, None for the first.
        recipients: how many there are.
        sender: the place of the first mailbox that may send.
    """

    schedule_id: str
    figures: Figures
    at: datetime
    before: Figures | None = None
    before_at: datetime | None = None
    recipients: int = 0
    sender: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverReportInput:
    """A report to one of its recipients, by their place in the list."""

    report: PreparedReport
    recipient: int
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndReportInput:
    """A report that is over, and to how many recipients it was sent."""

    report: PreparedReport
    sent: int


class ReportActivities:
    """Reads and delivers reports."""

    def __init__(
        self,
        *,
        tables: "ReportTables",
        senders: Sequence["Mailbox"],
        log: "MailLog",
        delivery: ReportDelivery,
        composer: ReportComposer,
    ) -> None:
        """Take the tables, the mailboxes and their log, and what makes and sends the mails."""
        self._tables = tables
        self._senders = senders
        self._log = log
        self._delivery = delivery
        self._composer = composer

    @activity.defn
    async def read_report(self, input: ReportInput) -> PreparedReport | None:
        """Read the figures; None when the report was removed. Changes nothing.

        Raises:
            DatabaseUnavailable: the database is away.
        """
        report = await self._tables.report(input.schedule_id)
        if report is None:
            return None
        now = datetime.now(UTC)
        blocked = set((await self._tables.situation(now)).blocked)
        ready = (n for n, one in enumerate(self._senders) if one.address not in blocked)
        return PreparedReport(
            schedule_id=input.schedule_id,
            figures=await self._tables.figures(now),
            at=now,
            before=report.last_figures,
            before_at=report.last_sent_at,
            recipients=len(report.recipients),
            sender=next(ready, 0),
        )

    @activity.defn
    async def deliver_report(self, input: DeliverReportInput) -> Delivered:
        """Draft the report for one recipient and send it, also while mail to people is stopped.

        Idempotent as ``deliver_mail`` is. A report that was removed meanwhile isn't sent.

        Raises:
            MailWaits: the mailbox may not send, or its budget is used up; tried again.
            InTransit: it is unclear whether the mail has left; looked at again after two minutes.
            DatabaseUnavailable: the database is away; nothing is sent meanwhile.
            PermanentFailure: mailbox or permissions must be fixed (not retried).
        """
        attempt = self._attempt(input)
        report = await self._tables.report(input.report.schedule_id)
        if report is None or input.recipient >= len(report.recipients):
            return await withdraw(attempt)
        content = await self._content(input.report, report)
        to = report.recipients[input.recipient]
        composed = await self._composer.compose(content, key=attempt.key, to=to)
        delivered = await self._delivery.deliver(attempt, composed)
        count_mail(AdminMailKind.REPORT, input.report.sender, delivered.outcome)
        return delivered

    @activity.defn
    async def withdraw_report(self, input: DeliverReportInput) -> Delivered:
        """Discard a report that did not leave in time, or tell that it was sent. Idempotent.

        Raises:
            InTransit: it is unclear whether the mail has left; looked at again after two minutes.
            DatabaseUnavailable: the database is away.
        """
        return await withdraw(self._attempt(input))

    @activity.defn
    async def end_report(self, input: EndReportInput) -> None:
        """Keep the figures of a report that somebody got: the next is compared with them.

        A report that comes once is forgotten. Idempotent.

        Raises:
            DatabaseUnavailable: the database is away.
        """
        report = input.report
        if input.sent:
            await self._tables.sent(report.schedule_id, report.figures, report.at)
        await self._tables.forget_once(report.schedule_id)

    def _attempt(self, input: DeliverReportInput) -> MailAttempt:
        mailbox = self._senders[input.report.sender]
        schedule_id = input.report.schedule_id
        mail = NewMail(
            key=report_key(schedule_id, input.run_id, input.recipient),
            sender=mailbox.address,
            kind=AdminMailKind.REPORT,
            object_id=schedule_id,
        )
        return MailAttempt(log=self._log, mailbox=mailbox, mail=mail, id=uuid4().hex)

    async def _content(self, prepared: PreparedReport, report: ReportSchedule) -> ReportContent:
        settings = self._composer.settings
        return ReportContent(
            figures=prepared.figures,
            before=prepared.before,
            before_at=prepared.before_at,
            situation=await self._tables.situation(
                prepared.at, ZoneInfo(settings.time_zone), settings.demo_calendar
            ),
            at=prepared.at,
            language=report.language,
            time_zone=settings.time_zone,
            deadline=settings.deadline,
            demo_calendar=settings.demo_calendar,
            portal_url=self._composer.portal_url,
        )
