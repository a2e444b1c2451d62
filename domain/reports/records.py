"""What is stored of reports, and what one report says."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.demo_calendar import DemoCalendar
from domain.reports.figures import Figures
from domain.reports.interval import Interval
from domain.tables.attention import AttentionKind
from domain.tables.audit import AuditHead
from domain.tables.rollout import MailControl


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSchedule:
    """A report that comes again and again, or once where it has no interval.

    ``last_figures`` are those of the report at ``last_sent_at``, with which the next is compared.
    Without a ``created_by_id``, an ObjectId, nobody has verified who added it.
    """

    schedule_id: str
    interval: Interval | None
    recipients: tuple[str, ...] = field(repr=False)
    created_by: str
    created_at: datetime
    language: str | None = None
    last_sent_at: datetime | None = None
    last_figures: Figures | None = None
    created_by_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPerson:
    """Somebody who needs an admin, and since when."""

    kind: AttentionKind
    name: str = field(repr=False)
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a report tells beside its figures.

    Attributes:
        control: whether mail is stopped; None when nobody has ever stopped it.
        blocked: the sender mailboxes that may not send.
        waiting: who has waited longest for an admin.
        head: the last entry of the audit log.
        registered: how many people have registered on each of the last days, today last; it begins
            with the first day on which somebody did.
    """

    control: MailControl | None
    blocked: tuple[str, ...]
    waiting: tuple[WaitingPerson, ...]
    head: AuditHead
    registered: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """Everything that a report says, whatever its language and looks.

    Attributes:
        at: when the figures were read.
        before: the figures of the report before, None for the first.
        before_at: when that was.
        time_zone: in which times are told.
        portal_url: the portal's address.
        demo_calendar: the calendar whose dates are told in a demo.
        plot: a PNG of who registered when, None where there is none.
    """

    figures: Figures
    situation: Situation
    at: datetime
    before: Figures | None = None
    before_at: datetime | None = None
    language: str | None = None
    time_zone: str = "UTC"
    deadline: date | None = None
    demo_calendar: DemoCalendar | None = None
    portal_url: str
    plot: bytes | None = field(default=None, repr=False)

    @property
    def today(self) -> date:
        """Return the date on which the figures were read."""
        return self.date_at(self.at)

    def date_at(self, at: datetime) -> date:
        """Return the date that the report gives to an instant."""
        zone = ZoneInfo(self.time_zone)
        calendar = self.demo_calendar
        return at.astimezone(zone).date() if calendar is None else calendar.calendar_date(at, zone)
