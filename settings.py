"""Everything that can be set, read from the environment once, by the entry points alone.

Each setting ``LIKE_THIS`` may stand in the environment or in a file ``.env``; each secret may also
be read from a file, named by ``LIKE_THIS_FILE``.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfoNotFoundError

from dotenv import dotenv_values
from email_validator import EmailNotValidError, validate_email
from pydantic import (
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.mail import Branding
from domain.policy import DAY, Policy
from domain.registration import COUNTED, counted_methods, short_name
from domain.send_window import WEEKDAYS, SendWindow
from domain.slots import Pace
from domain.status import MailKind
from domain.tracking_token import KEY_BYTES
from templates.mail.subjects import checked_subject

# https://learn.microsoft.com/graph/deployments
MICROSOFT_AUTHORITIES = frozenset(
    {"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
)
MICROSOFT_GRAPHS = frozenset(
    {
        "graph.microsoft.com",
        "graph.microsoft.us",
        "dod-graph.microsoft.us",
        "microsoftgraph.chinacloudapi.cn",
    }
)
# The demo's secrets begin like this; they are public, so a real tenant is not opened with them.
DEMO_SECRET_PREFIX = "simulated-tenant-"  # noqa: S105 - a mark, not a secret
DEMO_TOKEN_KEY = b"public key of the simulated only"
ENV_FILE = ".env"
NOTHING = timedelta(0)
SECRETS = (
    "CLIENT_SECRET",
    "TRACKING_TOKEN_KEY",
    "API_CLIENT_SECRET",
    "PROVISION_CLIENT_SECRET",
)

Names = Annotated[tuple[str, ...], NoDecode]
S = TypeVar("S", bound="_Settings")


class SettingsError(Exception):
    """Settings are missing or contradict each other; the message names each and the remedy."""


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    simulated_tenant: bool = Field(
        default=False, description="Allow authority, Graph and day to be a simulated tenant's."
    )

    @field_validator(
        "tenant_domains",
        "excluded_users",
        "trusted_proxies",
        "sender_mailboxes",
        "counted_methods",
        mode="before",
        check_fields=False,
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().casefold() for part in value.split(",") if part.strip())
        return value

    @field_validator("support_email", "escalation_fallback", "mail_redirect_to", check_fields=False)
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            validate_email(value, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise ValueError("write one mail address, such as help@contoso.com") from None
        return value

    @field_validator("public_base_url", "authority_host", "graph_base_url", check_fields=False)
    @classmethod
    def _url(cls, value: str) -> str:
        if not _host(value):
            raise ValueError("write a full URL, such as https://mfa.contoso.com")
        return value.rstrip("/")


class _SendingSettings(_Settings):
    """How fast mails may leave; an import foresees by it, a worker keeps to it."""

    mail_per_minute: float = Field(
        default=25, gt=0, description="Mails a minute and mailbox; Exchange Online allows 30."
    )
    mail_per_day: int = Field(
        default=9_000,
        gt=0,
        description="Mails in 24 hours and mailbox; invitations use 90 % of it.",
    )


class PolicySettings(_SendingSettings):
    """The numbers that steer new enrolments; read by ``import``."""

    sender_mailboxes: Names = Field(
        default=(), description="Mailboxes from which mails are sent; everybody keeps one of them."
    )
    send_window: str = Field(
        default="00:00-24:00",
        pattern=r"^\d\d:\d\d-\d\d:\d\d$",
        description="Hours in which mails leave: 08:00-18:00. A new link leaves at any time.",
    )
    send_days: Names = Field(
        default=tuple(day.casefold() for day in WEEKDAYS),
        description="Weekdays on which mails leave: mon,tue,wed,thu,fri.",
    )
    no_send_dates: Annotated[tuple[date, ...], NoDecode] = Field(
        default=(), description="Days on which nothing leaves: 2026-12-25,2027-01-01."
    )
    time_zone: str = Field(
        default="UTC", description="IANA name of the zone of hours and days: Europe/Zurich."
    )
    wave_size: int | None = Field(
        default=None, gt=0, description="People who are invited together; all, unless set."
    )
    wave_interval: timedelta = Field(
        default=DAY, gt=NOTHING, description="From one wave to the next."
    )

    follow_up: bool = Field(default=True, description="Off: no mail to who clicked and stopped.")
    add_registered_users: bool = Field(
        default=True, description="Off: who registers without a click doesn't join the group."
    )
    reminder_interval: timedelta = Field(
        default=7 * DAY, gt=NOTHING, description="Between reminders: 7d, or ISO 8601, P7D."
    )
    max_reminders: int | None = Field(default=None, ge=0, description="No reminder beyond these.")
    escalate_after: int = Field(
        default=2, ge=1, description="Reminders and follow-ups before the manager is told."
    )
    escalation_grace: timedelta = Field(
        default=DAY, ge=NOTHING, description="What the last of them gets before that."
    )
    end_disabled_after: timedelta = Field(
        default=90 * DAY, gt=NOTHING, description="A disabled account's enrolment ends after this."
    )
    day_length: timedelta = Field(
        default=DAY,
        gt=NOTHING,
        description="How long a day lasts; shorter only with SIMULATED_TENANT.",
    )

    @field_validator("no_send_dates", mode="before")
    @classmethod
    def _dates(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _opens(self) -> Self:
        try:
            self.window.next_open(datetime.now(UTC))
        except (ValueError, ZoneInfoNotFoundError) as error:
            names = "SEND_WINDOW, SEND_DAYS, NO_SEND_DATES, TIME_ZONE"
            raise ValueError(f"{names}: {error}") from None
        return self

    @model_validator(mode="after")
    def _real_days(self) -> Self:
        if self.day_length != DAY and not self.simulated_tenant:
            raise ValueError("DAY_LENGTH is for the demo: leave it out.")
        return self

    @property
    def window(self) -> SendWindow:
        """When mails may leave."""
        opens, closes = self.send_window.split("-")
        return SendWindow(
            opens=time.fromisoformat(opens),
            closes=time(0) if closes == "24:00" else time.fromisoformat(closes),
            days=tuple(day.capitalize() for day in self.send_days),
            closed_dates=self.no_send_dates,
            time_zone=self.time_zone,
        )

    @property
    def pace(self) -> Pace:
        """How fast an import invites."""
        return Pace(
            wave_size=self.wave_size,
            wave_interval=self.wave_interval,
            per_minute=self.mail_per_minute,
            per_day=self.mail_per_day,
            senders=max(1, len(self.sender_mailboxes)),
            window=self.window,
        )

    @property
    def policy(self) -> Policy:
        """The policy that new enrolments travel with."""
        policy = Policy(
            reminder_interval=self.reminder_interval,
            max_reminders=self.max_reminders,
            follow_up=self.follow_up,
            escalate_after=self.escalate_after,
            escalation_grace=self.escalation_grace,
            add_registered_users=self.add_registered_users,
            end_disabled_after=self.end_disabled_after,
            window=self.window,
        )
        return policy if self.day_length == DAY else policy.sped_up(self.day_length)


class _TokenSettings(_Settings):
    """What makes the tokens in links, and reads them."""

    tracking_token_key: SecretStr = Field(
        description="Keys of tracking tokens, comma separated, 32 bytes each as base64; the first "
        "makes tokens, all are tried. Make one with: openssl rand -base64 32"
    )

    @field_validator("tracking_token_key")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            _key(key)
        return value

    @model_validator(mode="after")
    def _own_keys(self) -> Self:
        if DEMO_TOKEN_KEY in self.token_keys and not self.simulated_tenant:
            raise ValueError(
                "TRACKING_TOKEN_KEY is the demo's: make your own with: openssl rand -base64 32"
            )
        return self

    @property
    def token_keys(self) -> tuple[bytes, ...]:
        """The ring of tracking token keys."""
        return tuple(_key(key) for key in self.tracking_token_key.get_secret_value().split(","))


class _BrandSettings(_Settings):
    """What pages and mails have in common."""

    public_base_url: str = Field(description="Where users reach the API: https://mfa.contoso.com.")
    mfa_setup_url: str = Field(
        default="https://aka.ms/mfasetup", description="Where users register a method."
    )
    company_name: str = Field(description="Your organisation, on pages and in mails.")
    support_team: str = Field(default="IT support", description="Whom to call, in words.")
    support_email: str = Field(description="Whom to write to.")
    support_phone: str | None = Field(default=None, description="Number to call.")
    logo_url: str | None = Field(default=None, description="https URL of a logo.")
    primary_colour: str = Field(
        default="#0b5cad", pattern=r"^#[0-9a-fA-F]{6}$", description="Colour of buttons."
    )

    @field_validator("mfa_setup_url")
    @classmethod
    def _page(cls, value: str) -> str:
        if not _host(value):
            raise ValueError("write a full URL, such as https://aka.ms/mfasetup")
        return value

    @field_validator("logo_url")
    @classmethod
    def _logo(cls, value: str | None) -> str | None:
        # Browsers show nothing else under the pages' policy, and mail programs warn of it.
        if value is not None and not (value.startswith("https://") and _host(value)):
            raise ValueError("write a full URL that begins with https://")
        return value

    @property
    def branding(self) -> Branding:
        """How the organisation presents itself."""
        return Branding(
            company_name=self.company_name,
            support_team=self.support_team,
            support_email=self.support_email,
            support_phone=self.support_phone,
            logo_url=self.logo_url,
            primary_colour=self.primary_colour,
        )


class MailTextSettings(_BrandSettings):
    """What the mails say; read by ``preview``, and by the worker that sends them."""

    enrolment_deadline: date | None = Field(
        default=None, description="The day by which everybody is to be on MFA: 2027-03-31."
    )
    invitation_subject: str | None = Field(
        default=None,
        description="Subject of the invitation; {company}, {name} and {deadline} are filled in.",
    )
    reminder_subject: str | None = Field(
        default=None, description="Subject of reminders, with the same placeholders."
    )
    follow_up_subject: str | None = Field(
        default=None, description="Subject of follow-ups, with the same placeholders."
    )
    escalation_subject: str | None = Field(
        default=None, description="Subject of the mail to the manager; it has {employee}, too."
    )
    open_tracking: bool = Field(default=True, description="Off: no pixel in any mail.")

    @field_validator(
        "invitation_subject", "reminder_subject", "follow_up_subject", "escalation_subject"
    )
    @classmethod
    def _subject(cls, value: str | None, info: ValidationInfo) -> str | None:
        kind = MailKind[str(info.field_name).removesuffix("_subject").upper()]
        return checked_subject(kind, value) if value else value

    @property
    def subjects(self) -> Mapping[MailKind, str]:
        """The subjects that were set; the others are the templates' own."""
        subjects = {
            MailKind.INVITATION: self.invitation_subject,
            MailKind.REMINDER: self.reminder_subject,
            MailKind.FOLLOW_UP: self.follow_up_subject,
            MailKind.ESCALATION: self.escalation_subject,
        }
        return {kind: subject for kind, subject in subjects.items() if subject}


class _SignIn(NamedTuple):
    """The settings of one app's sign-in; ``prefix`` is what their names begin with."""

    prefix: str
    client_id: str | None
    secret: SecretStr | None
    certificate_file: Path | None

    @property
    def faults(self) -> list[str]:
        """What is wrong with it, a line each."""
        if self.client_id is None:
            return []
        names = f"{self.prefix}CLIENT_SECRET or {self.prefix}CLIENT_CERTIFICATE_FILE"
        if (self.secret is None) == (self.certificate_file is None):
            return [f"Set either {names}, and only one."]
        return []


class _MicrosoftSettings(_Settings):
    """Where Microsoft is; outside of a simulated tenant it can only be Microsoft's own hosts."""

    authority_host: str = Field(
        default="https://login.microsoftonline.com", description="Where tokens come from."
    )
    graph_base_url: str = Field(
        default="https://graph.microsoft.com/v1.0", description="Microsoft Graph."
    )
    ca_bundle: FilePath | None = Field(
        default=None, description="PEM of the authorities to trust in place of the public ones."
    )

    @property
    def _sign_in(self) -> _SignIn:
        """The app that signs in; without a client id nobody does, and nothing is checked."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        app = self._sign_in
        faults = app.faults
        microsofts = _is_one_of(MICROSOFT_AUTHORITIES, self.authority_host)
        microsofts_graph = _is_one_of(MICROSOFT_GRAPHS, self.graph_base_url)
        if app.client_id is None:
            return self
        if self.simulated_tenant:
            if microsofts or microsofts_graph:
                faults.append(
                    "SIMULATED_TENANT is on, but AUTHORITY_HOST or GRAPH_BASE_URL is Microsoft's: "
                    "leave SIMULATED_TENANT out, or name the simulated tenant in both."
                )
        else:
            secret = app.secret.get_secret_value() if app.secret else ""
            if not microsofts:
                faults.append(
                    "AUTHORITY_HOST is not Microsoft's, and would get the client secret: "
                    "leave it out, or name a national cloud's, with https."
                )
            if not microsofts_graph:
                faults.append(
                    "GRAPH_BASE_URL is not Microsoft's, and would get access tokens: "
                    "leave it out, or name a national cloud's, with https."
                )
            if secret.startswith(DEMO_SECRET_PREFIX):
                faults.append(
                    f"{app.prefix}CLIENT_SECRET is the demo's: make your own in Entra ID."
                )
        if faults:
            raise ValueError("\n".join(faults))
        return self


class ApiSettings(PolicySettings, _BrandSettings, _TokenSettings, _MicrosoftSettings):
    """What the API is run with; the tenant's part is optional, and only finds older links."""

    api_host: str = Field(default="127.0.0.1", description="Address on which the API listens.")
    api_port: int = Field(default=8080, ge=1, le=65535, description="Its port.")
    trusted_proxies: Names = Field(
        default=(), description="Proxies whose X-Forwarded-For is believed, comma separated."
    )
    outbox_path: Path = Field(
        default=Path("outbox.sqlite"), description="File of link hits that wait to be delivered."
    )
    enrol_confirmation: bool = Field(
        default=True, description="Off: opening the link is the click, as in the original."
    )
    tenant_id: str | None = Field(default=None, description="Directory (tenant) id, a GUID.")
    api_client_id: str | None = Field(
        default=None,
        description="Application id of the API's own registration, which reads the list; "
        "without it, links of an older system are not recognised.",
    )
    api_client_secret: SecretStr | None = Field(default=None, description="Its client secret.")
    api_client_certificate_file: FilePath | None = Field(
        default=None, description="PEM of its private key and certificate: better than a secret."
    )
    site_id: str | None = Field(
        default=None, description="Id of the SharePoint site with the tracking list."
    )
    list_id: str | None = Field(default=None, description="Id of the tracking list.")
    api_audience: Names = Field(
        default=(),
        description="What admins' access tokens name as their audience: the API's application id "
        "or App ID URI, comma separated; default: API_CLIENT_ID. Without it nobody imports over "
        "HTTP.",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            for proxy in value:
                ip_network(proxy, strict=False)
        except ValueError:
            raise ValueError("write addresses or networks, such as 10.0.0.0/8") from None
        return value

    @field_validator("api_audience", mode="before")
    @classmethod
    def _audiences(cls, value: object) -> object:
        if isinstance(value, str):
            # An App ID URI is compared letter by letter.
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def audiences(self) -> tuple[str, ...]:
        """What admins' access tokens are made for; empty where nobody may import over HTTP."""
        if self.tenant_id is None:
            return ()
        return self.api_audience or ((self.api_client_id,) if self.api_client_id else ())

    @model_validator(mode="after")
    def _asks_the_tenant_for_its_keys(self) -> Self:
        if not self.audiences:
            if self.api_audience:
                raise ValueError("API_AUDIENCE is set, but TENANT_ID is not.")
            return self
        own = self.simulated_tenant and self.authority_host.startswith("https://")
        if not own and not _is_one_of(MICROSOFT_AUTHORITIES, self.authority_host):
            raise ValueError(
                "AUTHORITY_HOST is not Microsoft's, and would say who is an admin: "
                "leave it out, or name a national cloud's, with https."
            )
        return self

    @property
    def _sign_in(self) -> _SignIn:
        secret, file = self.api_client_secret, self.api_client_certificate_file
        return _SignIn("API_", self.api_client_id, secret, file)

    @model_validator(mode="after")
    def _knows_where_the_list_is(self) -> Self:
        needed = {"TENANT_ID": self.tenant_id, "SITE_ID": self.site_id, "LIST_ID": self.list_id}
        missing = [name for name, value in needed.items() if value is None]
        if self.api_client_id is not None and missing:
            raise ValueError(f"API_CLIENT_ID is set, but {', '.join(missing)} is not.")
        return self


class ProvisionSettings(_MicrosoftSettings):
    """What ``provision`` is run with: an admin's own sign-in, not the worker's."""

    tenant_id: str = Field(description="Directory (tenant) id, a GUID.")
    provision_client_id: str = Field(
        description="Application id of the registration that may create lists and columns."
    )
    provision_client_secret: SecretStr | None = Field(
        default=None, description="Its client secret; without it, you sign in with a browser."
    )
    site_id: str = Field(description="Id of the SharePoint site with the tracking list.")
    list_id: str | None = Field(default=None, description="Id of the tracking list.")

    @property
    def _sign_in(self) -> _SignIn:
        # A browser in place of a secret is as good as a certificate.
        browser = Path() if self.provision_client_secret is None else None
        secret = self.provision_client_secret
        return _SignIn("PROVISION_", self.provision_client_id, secret, browser)


class WorkerSettings(MailTextSettings, _TokenSettings, _SendingSettings, _MicrosoftSettings):
    """What a worker is run with."""

    tenant_id: str = Field(description="Directory (tenant) id, a GUID.")
    client_id: str = Field(description="Application (client) id of the worker's registration.")
    client_secret: SecretStr | None = Field(default=None, description="Its client secret.")
    client_certificate_file: FilePath | None = Field(
        default=None, description="PEM of its private key and certificate: better than a secret."
    )
    enforcement_group_id: str = Field(description="ObjectId of the group that enforces MFA.")
    site_id: str = Field(description="Id of the SharePoint site with the tracking list.")
    list_id: str = Field(description="Id of the tracking list.")
    sender_mailboxes: Names = Field(
        min_length=1,
        description="Mailboxes from which mails are sent; everybody keeps one. Only append.",
    )
    tenant_domains: Names = Field(
        default=(),
        description="Domains in which a UPN is a mail address, too; default: the sender's.",
    )
    escalation_fallback: str | None = Field(
        default=None, description="Mailbox that is told where there is no manager."
    )
    mail_redirect_to: str | None = Field(
        default=None,
        description="For rehearsals: every mail goes to this address, its subject says for whom.",
    )
    excluded_group_id: str | None = Field(
        default=None, description="Members of this group are never mailed or added."
    )
    excluded_users: Names = Field(
        default=(), description="UPNs or ObjectIds that are never mailed or added."
    )
    guests: Literal["reject", "include"] = Field(
        default="reject", description="Whether guests of the tenant are enrolled."
    )
    registration_checks_per_10s: float = Field(
        default=5, gt=0, description="Reads of authentication methods in 10 seconds."
    )
    counted_methods: Names = Field(
        default=tuple(short_name(method) for method in sorted(COUNTED)),
        description="Types of authentication method that count as MFA, as Graph names them.",
    )
    registration_sweep: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Look for registrations in the tenant's report, too; auto: from 5,000 people.",
    )

    @field_validator("counted_methods")
    @classmethod
    def _known_methods(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        counted_methods(value)
        return value

    @property
    def _sign_in(self) -> _SignIn:
        return _SignIn("", self.client_id, self.client_secret, self.client_certificate_file)

    @property
    def counted(self) -> frozenset[str]:
        """The full names of the types of method that count."""
        return counted_methods(self.counted_methods)

    @property
    def mail_domains(self) -> frozenset[str]:
        """The domains in which a UPN is a mail address."""
        of_sender = self.sender_mailboxes[0].rpartition("@")[2].casefold()
        return frozenset(self.tenant_domains or (of_sender,))


def load_settings(kind: type[S]) -> S:
    """Read the settings of one kind of process.

    Raises:
        SettingsError: with a line for each setting that is missing or wrong, and never its value.
    """
    try:
        return kind(**_from_files())
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
    raise SettingsError("\n".join(_line(kind, fault) for fault in faults))


def _from_files() -> dict[str, Any]:
    found: dict[str, Any] = {}
    written = {**dotenv_values(ENV_FILE), **os.environ}
    for name in SECRETS:
        path = written.get(f"{name}_FILE")
        if not path:
            continue
        if written.get(name):
            raise SettingsError(f"Set either {name} or {name}_FILE, not both.")
        try:
            found[name.lower()] = Path(path).read_text().strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE can't be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise SettingsError(f"{name}_FILE holds something else than text.") from None
    return found


def _line(kind: type[_Settings], fault: Any) -> str:
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "missing":
        return f"{name.upper()} is missing: {kind.model_fields[name].description}"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name.upper()}: {message}" if name else message


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise ValueError("not base64; make a key with: openssl rand -base64 32") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"{len(key)} bytes, not {KEY_BYTES}: openssl rand -base64 32")
    return key


def _host(url: str) -> str:
    """Return the host of a http(s) URL, empty for anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in {"http", "https"} else ""


def _is_one_of(hosts: frozenset[str], url: str) -> bool:
    return url.startswith("https://") and _host(url) in hosts
