"""What a mail says and looks like, from whose it is and who reads it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from activities.mail.checks import Reader
from domain.correlation import correlation_id
from domain.demo_calendar import DemoCalendar
from domain.mail.content import SUPPRESSED, MailContent, MailLinks, OutgoingMail
from domain.mail.links import enrolment_links, escalation_links
from domain.mail.rehearsal import redirected_subject
from domain.mail.returned.delivery_report import KEY_HEADER
from domain.person import Person
from domain.plain_text import one_line
from domain.status import MailKind
from domain.tables.mail import MailSource
from domain.tables.values import Json

if TYPE_CHECKING:
    from templates.mails import MailRenderer


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """What all mails have in common.

    In a rehearsal every mail goes to ``redirect_to``, and its subject says for whom it is. In a
    demo dates are those of ``demo_calendar``.
    """

    public_base_url: str
    setup_url: str
    deadline: date | None = None
    time_zone: str = "UTC"
    open_tracking: bool = True
    redirect_to: str | None = None
    demo_calendar: DemoCalendar | None = None

    def date_at(self, at: datetime) -> date:
        """Return the date of an instant, by which mails count the days to the deadline."""
        zone = ZoneInfo(self.time_zone)
        calendar = self.demo_calendar
        return at.astimezone(zone).date() if calendar is None else calendar.calendar_date(at, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A mail that is ready to be drafted, from what it was made, and which key made its link."""

    mail: OutgoingMail
    source: MailSource
    values: dict[str, Json]
    link_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailComposer:
    """Makes the mails of one organisation."""

    renderer: "MailRenderer"
    settings: MailSettings

    def compose(
        self,
        kind: MailKind,
        *,
        key: str,
        tracking_token: str,
        nudges_sent: int,
        is_repeated: bool,
        before_manager: bool,
        is_last: bool,
        person: Person,
        reader: Reader,
    ) -> Composed:
        """Return the mail for this reader.

        ``nudges_sent`` counts the reminders and follow-ups that left before this mail: the
        escalation names it, and each of them says which one it is. ``is_repeated`` says that one of
        this kind has left before.
        """
        escalation = kind is MailKind.ESCALATION
        content = MailContent(
            kind=kind,
            recipient_name=reader.name,
            links=self._links(kind, key, tracking_token),
            language=reader.language,
            today=self.settings.date_at(datetime.now(UTC)),
            deadline=self.settings.deadline,
            employee_name=person.display_name if escalation else None,
            nudge_count=nudges_sent if escalation else nudges_sent + 1,
            is_repeated=is_repeated,
            before_manager=before_manager,
            is_last=is_last,
        )
        rendered = self.renderer.render(content)
        rehearsal = self.settings.redirect_to
        mail = OutgoingMail(
            subject=(
                redirected_subject(rendered.subject, reader.name) if rehearsal else rendered.subject
            ),
            html=rendered.html,
            text=rendered.text,
            images=rendered.images,
            to_address=rehearsal or reader.address,
            to_name=rehearsal or one_line(reader.name),
            headers={
                "X-MFA-Rollout-Mail": kind.value,
                KEY_HEADER: key,
                "X-Auto-Response-Suppress": SUPPRESSED,
                **_correlation(),
            },
        )
        return Composed(
            mail=mail,
            source=self.renderer.source(content),
            values=_values(content, rendered.subject),
        )

    def _links(self, kind: MailKind, key: str, tracking_token: str) -> MailLinks:
        where = self.settings
        if kind is MailKind.ESCALATION:
            return escalation_links(
                public_base_url=where.public_base_url,
                pixel_guid=str(uuid5(NAMESPACE_URL, key)),
                setup_url=where.setup_url,
                open_tracking=where.open_tracking,
            )
        return enrolment_links(
            public_base_url=where.public_base_url,
            token=tracking_token,
            setup_url=where.setup_url,
            open_tracking=where.open_tracking,
        )


def _values(content: MailContent, subject: str) -> dict[str, Json]:
    """Return what the mail said of whom, without its links: they hold the tracking token."""
    return {
        "subject": subject,
        "today": content.today.isoformat(),
        "name": content.recipient_name,
        "language": content.language,
        "deadline": content.deadline.isoformat() if content.deadline else None,
        "employee": content.employee_name,
        "nudges": content.nudge_count,
        "repeated": content.is_repeated,
        "before_manager": content.before_manager,
        "last": content.is_last,
    }


def _correlation() -> dict[str, str]:
    """Return the header by which a mail is found with the import and the calls it belongs to."""
    value = correlation_id.get()
    return {"X-MFA-Rollout-Correlation": value} if value else {}
