"""The checks of doctor, what each may find, and the line that it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from domain.tables.values import Json


class Check(StrEnum):
    """What is looked at, in the order in which it is shown and in which it is put right."""

    SETTINGS = "settings"
    FILES = "files"
    DATABASE = "database"
    MAIL_SWITCH = "mail_switch"
    LINKS = "links"
    TEMPORAL = "temporal"
    SEARCH_ATTRIBUTES = "search_attributes"
    SCHEDULES = "schedules"
    MICROSOFT = "microsoft"
    CLOCK = "clock"
    SIGN_IN = "sign_in"
    CERTIFICATE = "certificate"
    PERMISSIONS = "permissions"
    ENFORCEMENT_GROUP = "enforcement_group"
    EXCLUDED_GROUP = "excluded_group"
    SITE = "site"
    TRACKING_LIST = "tracking_list"
    SENDER = "sender"
    SENDER_DOMAIN = "sender_domain"
    REGISTRATION_REPORT = "registration_report"
    # Both processes start when all above is in order.
    WORKERS = "workers"
    STUCK = "stuck"
    PUBLIC_URL = "public_url"
    CLIENT_ADDRESS = "client_address"
    SEND_TEST = "send_test"


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    NEEDS_FIXING = "needs_fixing"
    COULD_NOT_LOOK = "could_not_look"


class Good(StrEnum):
    """What is in order."""

    SETTINGS = "settings"
    SIMULATED = "simulated"
    REMARK = "remark"
    FILES = "files"
    DATABASE = "database"
    MAIL_LEAVES = "mail_leaves"
    LINKS = "links"
    LINKS_OF_OLDER_KEYS = "links_of_older_keys"
    KEYS_WITHOUT_LINKS = "keys_without_links"
    TEMPORAL = "temporal"
    TEMPORAL_OPEN = "temporal_open"
    SEARCH_ATTRIBUTES = "search_attributes"
    SCHEDULES = "schedules"
    WORKERS = "workers"
    NONE_STUCK = "none_stuck"
    SEVERAL_PARTITIONS = "several_partitions"
    MICROSOFT = "microsoft"
    SIGN_IN = "sign_in"
    CERTIFICATE = "certificate"
    PERMISSIONS = "permissions"
    CLOCK = "clock"
    ENFORCEMENT_GROUP = "enforcement_group"
    EXCLUDED_GROUP = "excluded_group"
    NO_EXCLUDED_GROUP = "no_excluded_group"
    SITE = "site"
    TRACKING_LIST = "tracking_list"
    SENDER = "sender"
    SENDER_UNCOUNTED = "sender_uncounted"
    SENDER_DOMAIN = "sender_domain"
    REPORT = "report"
    REPORT_NOT_LICENSED = "report_not_licensed"
    REPORT_OFF = "report_off"
    PUBLIC_URL = "public_url"
    PUBLIC_URL_UNCOMPARED = "public_url_uncompared"
    CLIENT_ADDRESS = "client_address"
    TEST_LEFT = "test_left"
    TEST_ID_KEPT = "test_id_kept"
    TEST_ID_CHANGED = "test_id_changed"
    TEST_SAVED = "test_saved"
    TEST_NOT_SAVED = "test_not_saved"
    TEST_REPORTED = "test_reported"
    TEST_REPORTED_WITHOUT_KEY = "test_reported_without_key"


class Fault(StrEnum):
    """What needs fixing; each has a remedy."""

    NO_SETTINGS = "no_settings"
    SETTING = "setting"
    FOREIGN_SETTING = "foreign_setting"
    FILE_READABLE = "file_readable"
    SCHEMA = "schema"
    DATABASE_AWAY = "database_away"
    REBUILD = "rebuild"
    MAIL_STOPPED = "mail_stopped"
    LINKS_REVOKED = "links_revoked"
    TEMPORAL = "temporal"
    SHORT_RETENTION = "short_retention"
    ATTRIBUTES_MISSING = "attributes_missing"
    ATTRIBUTE_TYPE = "attribute_type"
    SCHEDULES_MISSING = "schedules_missing"
    SCHEDULES_PAUSED = "schedules_paused"
    NO_WORKER = "no_worker"
    STUCK = "stuck"
    MICROSOFT = "microsoft"
    SIGN_IN = "sign_in"
    CERTIFICATE_EXPIRES = "certificate_expires"
    PERMISSIONS_MISSING = "permissions_missing"
    PERMISSIONS_TOO_WIDE = "permissions_too_wide"
    MAIL_CONSENTED = "mail_consented"
    CLOCK = "clock"
    GROUP = "group"
    SITE = "site"
    SITE_NOT_GRANTED = "site_not_granted"
    SITE_NOT_WRITABLE = "site_not_writable"
    LIST = "list"
    COLUMNS_LACKING = "columns_lacking"
    COLUMN_TYPE = "column_type"
    MAILBOX = "mailbox"
    MAILBOX_NOT_GRANTED = "mailbox_not_granted"
    MAILBOX_CANNOT_SEND = "mailbox_cannot_send"
    SENDER_BLOCKED = "sender_blocked"
    SENDER_REMOVED = "sender_removed"
    SPF_MISSING = "spf_missing"
    SPF_TWICE = "spf_twice"
    DMARC_MISSING = "dmarc_missing"
    REPORT_NOT_LICENSED = "report_not_licensed"
    REPORT_NOT_PERMITTED = "report_not_permitted"
    URL_UNREACHABLE = "url_unreachable"
    URL_CERTIFICATE = "url_certificate"
    URL_NOT_OURS = "url_not_ours"
    URL_OTHER_ROLLOUT = "url_other_rollout"
    API_NOT_READY = "api_not_ready"
    API_CLOCK = "api_clock"
    PROXY_NOT_TRUSTED = "proxy_not_trusted"
    PROXY_HIDES_CLIENTS = "proxy_hides_clients"
    FORWARDED_FOR_NOT_TRUSTED = "forwarded_for_not_trusted"
    TEST_NOT_SENT = "test_not_sent"
    TEST_STAYS_DRAFT = "test_stays_draft"
    TEST_NOT_REPORTED = "test_not_reported"
    TEST_REFUSED = "test_refused"


class Blind(StrEnum):
    """Why a check could not look."""

    SETTING_UNKNOWN = "setting_unknown"
    AFTER_ANOTHER = "after_another"
    TOO_SLOW = "too_slow"
    FAILED = "failed"
    UNEXPECTED = "unexpected"
    NOT_OFFERED = "not_offered"
    NO_RESOLVER = "no_resolver"
    SIMULATED = "simulated"


_VERDICTS: Mapping[type[StrEnum], Verdict] = {
    Good: Verdict.OK,
    Fault: Verdict.NEEDS_FIXING,
    Blind: Verdict.COULD_NOT_LOOK,
}
NO_FACTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of doctor.

    Attributes:
        check: what was looked at.
        what: what was found, or why nothing could be.
        about: which one, where there are several: a mailbox, a queue, a domain.
        facts: what is filled into the line's text, its remedy and its command.
    """

    check: Check
    what: Good | Fault | Blind
    about: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: NO_FACTS)

    @property
    def verdict(self) -> Verdict:
        """How the check ended."""
        return _VERDICTS[type(self.what)]

    def as_json(self) -> dict[str, Json]:
        """Return what is kept of a fault that a process reports."""
        return {
            "check": self.check.value,
            "fault": self.what.value,
            "about": self.about,
            "facts": dict(self.facts),
        }


def reported_fault(kept: Json) -> Finding | None:
    """Return the fault that a process has reported; None where this release doesn't know it."""
    try:
        return Finding(
            check=Check(kept["check"]),
            what=Fault(kept["fault"]),
            about=str(kept["about"]),
            facts={str(name): str(value) for name, value in kept["facts"].items()},
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def found(check: Check, what: Good | Fault | Blind, about: str = "", **facts: object) -> Finding:
    """Return a line with what is filled in."""
    told = {name: str(value) for name, value in facts.items()}
    return Finding(check=check, what=what, about=about, facts=told)


def after(check: Check, other: Check, about: str = "") -> Finding:
    """Return the line of a check that another one's line keeps from looking."""
    return found(check, Blind.AFTER_ANOTHER, about, other=other.value)


def in_order(findings: list[Finding]) -> list[Finding]:
    """Return the lines in the order in which they are shown."""
    order = {check: place for place, check in enumerate(Check)}
    return sorted(findings, key=lambda one: (order[one.check], one.about))
