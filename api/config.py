"""What the API is told by its entry point; it reads no settings itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from temporalio.client import Client

from database.engine import Database
from domain.demo_calendar import DemoCalendar
from domain.enrolment.policy import Policy
from domain.identifiers import TASK_QUEUE
from domain.imports.pace import Pace
from domain.mail.content import Branding
from domain.microsoft.connection import Connection, HttpOptions
from domain.portal.parts import ServedPart
from domain.status import MailKind
from domain.tables.sending import SendingPolicy
from graph.tracking_list import TrackingList


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Whose access tokens let admins in.

    ``tenant_id`` is a GUID in lower case, ``audiences`` are what tokens for this API name as
    ``aud``: the client id of its registration, or its App ID URI. ``allowed_clients`` are the
    programs, by their client ids in lower case, that may act for people who have signed in.
    """

    tenant_id: str
    authority_host: str
    audiences: tuple[str, ...]
    allowed_clients: tuple[str, ...] = ()
    http: HttpOptions = field(default_factory=HttpOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalConfig:
    """How admins reach the portal and sign in to it.

    ``base_url`` is where their browsers find it. ``connection`` is the app registration of the
    API; without it nobody can sign in, and the portal says what is missing. ``temporal_ui`` and
    ``namespace`` are for links into the Temporal UI. With ``draws_at_start`` the first reader of a
    plot doesn't wait half a second for the renderer. ``private_webhooks`` says whether webhooks may
    lead to this machine.
    """

    base_url: str
    connection: Connection | None = None
    temporal_ui: str | None = None
    namespace: str = "default"
    demo_calendar: DemoCalendar | None = None
    draws_at_start: bool = False
    private_webhooks: bool = False

    @property
    def root_path(self) -> str:
        """Return the path under which admins see the portal; empty at the top of a host."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def is_over_tls(self) -> bool:
        """Say whether admins reach the portal by https."""
        return urlsplit(self.base_url).scheme == "https"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiConfig:
    """Everything that steers the API and isn't a connection.

    ``token_keys`` is the ring of ``TRACKING_TOKEN_KEY``, the newest key first. ``outbox_path`` is
    one SQLite file for each API process, on a volume that outlives it. ``trusted_proxies`` are
    addresses or networks whose ``X-Forwarded-For`` is believed. Without ``enrol_confirmation`` a
    GET acts at once, as the original did. Without ``sign_in`` no program is an admin. ``serves``
    says which parts this process has; without ``portal`` there is no page for admins. ``policy``
    and ``pace`` are those of enrolments that are imported over HTTP, ``sending`` tells when mails
    may leave. What an admin asks for is answered ``answer_within``, or recorded; ``result_within``
    is how long a page waits for a result, of a worker or of SharePoint.
    """

    token_keys: tuple[bytes, ...]
    branding: Branding
    public_base_url: str
    setup_url: str
    outbox_path: Path
    deadline: date | None = None
    time_zone: str = "UTC"
    subjects: Mapping[MailKind, Mapping[str, str]] = field(default_factory=dict)
    sender_mailboxes: tuple[str, ...] = ()
    enrol_confirmation: bool = True
    trusted_proxies: tuple[str, ...] = ()
    task_queue: str = TASK_QUEUE
    sign_in: SignIn | None = None
    serves: tuple[ServedPart, ...] = tuple(ServedPart)
    portal: PortalConfig | None = None
    policy: Policy = field(default_factory=Policy)
    pace: Pace = field(default_factory=Pace)
    sending: SendingPolicy = field(default_factory=SendingPolicy)
    answer_within: timedelta = timedelta(seconds=3)
    result_within: timedelta = timedelta(seconds=20)
    deliveries_per_second: float = 50.0
    longest_delivery_pause: timedelta = timedelta(seconds=30)
    drain_within: timedelta = timedelta(seconds=5)

    @property
    def root_path(self) -> str:
        """Return the path under which the public sees the API; empty at the top of a host."""
        return urlsplit(self.public_base_url).path.rstrip("/")

    def today(self) -> date:
        """Return the day that it is where the organisation is, in a demo by its calendar."""
        zone = ZoneInfo(self.time_zone)
        calendar = self.portal.demo_calendar if self.portal else None
        now = datetime.now(zone)
        return now.date() if calendar is None else calendar.calendar_date(now, zone)

    @property
    def served_over_tls(self) -> bool:
        """Say whether the public reaches the API by https."""
        return urlsplit(self.public_base_url).scheme == "https"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDependencies:
    """The configuration and the connections that the API works with.

    ``client`` may be lazy: the API starts, answers and keeps every hit while Temporal is away.
    ``tracking_list`` is only read, and only for the links of an older system. ``database`` is read
    for links, and told that this process runs; without it nobody's links are told from somebody's
    by asking Temporal.
    """

    config: ApiConfig
    client: Client
    tracking_list: TrackingList | None = None
    database: Database | None = None
