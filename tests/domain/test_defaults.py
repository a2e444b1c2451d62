"""What a record is without being told: it stands in histories and tables that say nothing of it."""

import pkgutil
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import time, timedelta
from importlib import import_module
from typing import get_type_hints

import domain
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.forecast.cohort import SendTimes
from domain.forecast.rates import RatesSource
from domain.imports.options.options import ImportOptions
from domain.mail.returned.status_codes import BounceClass
from domain.mail.send_window import SendWindow
from domain.microsoft.connection import HttpOptions
from domain.status import InviteStatus, MailKind, RegistrationState
from domain.tables.imports import ImportState
from domain.tables.mail import MailLimits, MailOrigin

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# Of all fields with a default, those where it isn't "nothing".
NOT_EMPTY: dict[str, object] = {
    "AttentionRules.not_registered_after": 14 * DAY,
    "AttentionRules.stuck_after": DAY,
    "Branding.default_language": "en",
    "Branding.primary_colour": "#0b5cad",
    "Cohort.window": SendWindow(),
    "Connection.http": HttpOptions(ca_bundle=None, proxy=None),
    "EnrolmentInput.policy": Policy(),
    "EnrolmentRecord.own_token": True,
    "EnrolmentState.registration": RegistrationState.NOT_REGISTERED,
    "EnrolmentState.status": InviteStatus.PENDING,
    "Group.state": EnrolmentState(),
    "ImportChoices.own": ImportOptions(),
    "ImportRecord.state": ImportState.RUNNING,
    "LegacyLinkClicked.senders": 1,
    "LinkOwner.is_certain": True,
    "Load.mailboxes": 1,
    "MailBounced.bounce_class": BounceClass.ADDRESS,
    "MailLimits.day": DAY,
    "MailLimits.form_share": 0.1,
    "MailLimits.hour": HOUR,
    "MailLimits.invitation_share": 0.6,
    "MailLimits.minute": MINUTE,
    "MailLimits.network_share": 0.25,
    "MailLimits.per_day": 750,
    "MailLimits.per_hour": 350,
    "MailLimits.per_minute": 25,
    "MailboxDay.mails": dict.fromkeys(MailKind, 0.0),
    "NewMail.origin": MailOrigin.SCHEDULE,
    "Pace.per_day": 750,
    "Pace.per_hour": 350,
    "Pace.per_minute": 25,
    "Pace.senders": 1,
    "Pace.wave_interval": DAY,
    "Pace.window": SendWindow(),
    "PartProgress.state": ImportState.RUNNING,
    "Person.account_enabled": True,
    "Person.user_type": "Member",
    "Policy.add_registered_users": True,
    "Policy.address_retry": 7 * DAY,
    "Policy.day": DAY,
    "Policy.disabled_recheck": DAY,
    "Policy.end_disabled_after": 90 * DAY,
    "Policy.escalate_after": 2,
    "Policy.escalation_grace": DAY,
    "Policy.escalation_retry": 7 * DAY,
    "Policy.follow_up": True,
    "Policy.gone_after": DAY,
    "Policy.last_checked_interval": 6 * HOUR,
    "Policy.max_reminders": 8,
    "Policy.month": 30 * DAY,
    "Policy.person_recheck": 18 * HOUR,
    "Policy.poll_interval": 12 * HOUR,
    "Policy.poll_jitter": 0.2,
    "Policy.polls_after_click": (3 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR),
    "Policy.reminder_interval": 7 * DAY,
    "Policy.resend_gap": 15 * MINUTE,
    "Policy.resend_put_off": 2 * DAY,
    "Policy.resends_per_day": 3,
    "Policy.resends_per_month": 10,
    "Policy.retry_blocked": HOUR,
    "Policy.same_resend": MINUTE,
    "Policy.window": SendWindow(),
    "Policy.window_recheck": MINUTE,
    "Rates.band": 0.25,
    "Rates.clicks_only": 0.08,
    "Rates.delays": (0.45, 0.20, 0.12, 0.08, 0.06, 0.05, 0.04),
    "Rates.escalation": 0.30,
    "Rates.invitation": 0.40,
    "Rates.reminders": (0.30, 0.25, 0.15),
    "Rates.source": RatesSource.ASSUMED,
    "Readiness.clock": "ok",
    "ReportContent.time_zone": "UTC",
    "Rules.times": SendTimes(),
    "SeenGroup.settled": True,
    "SendWindow.closes": time(0),
    "SendWindow.days": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "SendWindow.opens": time(0),
    "SendWindow.time_zone": "UTC",
    "Sending.ever": True,
    "SendingPolicy.per_day": 750,
    "SendingPolicy.window": SendWindow(),
    "Situation.limits": MailLimits(),
    "Situation.policy": Policy(),
    "UploadOptions.own": ImportOptions(),
    "Webhook.enabled": True,
}
# What Python doesn't show of a record: secrets, addresses, names, and what is long.
NOT_SHOWN = {
    "CertificateFile.passphrase",
    "ClientSecret.value",
    "HttpOptions.proxy",
    "InlineImage.content",
    "Logo.content",
    "OutgoingMail.html",
    "OutgoingMail.text",
    "OutgoingMail.to_address",
    "OutgoingMail.to_name",
    "ReportContent.plot",
    "ReportSchedule.recipients",
    "WaitingPerson.name",
    "Webhook.secret",
    "Webhook.url",
}


def records() -> list[type]:
    """Return every dataclass of the domain."""
    found = []
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        values = vars(import_module(module.name)).values()
        found += [
            one
            for one in values
            if isinstance(one, type) and is_dataclass(one) and one.__module__ == module.name
        ]
    return found


def default_of(one: Field[object]) -> object:
    """Return what a field is without being said; ``MISSING`` where it must be said."""
    return one.default if one.default_factory is MISSING else one.default_factory()


def is_nothing(default: object, kind: object) -> bool:
    """Say whether a default is None where that may be, else off, zero or empty."""
    if type(None) in getattr(kind, "__args__", ()):
        return default is None
    return default is not None and not default


def test_what_is_not_said_is_nothing_or_in_the_table() -> None:
    """A value that may be None is None by default; flags are off, counts 0, collections empty."""
    otherwise = {}
    for record in records():
        types = get_type_hints(record)
        for one in fields(record):
            default = default_of(one)
            if default is not MISSING and not is_nothing(default, types[one.name]):
                otherwise[f"{record.__name__}.{one.name}"] = default
    assert otherwise == NOT_EMPTY


def test_what_is_secret_personal_or_long_is_not_shown() -> None:
    """It stands in no log, since Python leaves it out of what it shows of a record."""
    hidden = {
        f"{record.__name__}.{one.name}"
        for record in records()
        for one in fields(record)
        if not one.repr
    }
    assert hidden >= NOT_SHOWN
