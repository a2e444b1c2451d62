"""Everything that can be set, read once by the entry points.

A setting ``LIKE_THIS`` is a variable of the environment or a line of the file ``.env``. A secret
can also be read from a file, which ``LIKE_THIS_FILE`` names.
"""

from settings.api import ApiSettings
from settings.base import UnknownValueError
from settings.database import DatabaseSettings
from settings.mail.texts import MailTextSettings, PreviewSettings
from settings.policy import AnswerSettings, PlanSettings, PolicySettings, demo_calendar
from settings.provision import ProvisionSettings, SetUpSettings, SignInSettings
from settings.reader.demo_file import DEMO_ENV_FILE
from settings.reader.environment import Environment, looks_for_demo, read_environment
from settings.reader.errors import SettingsError
from settings.reader.load import examine_settings, foreign_names, load_settings, settings_from
from settings.reader.secret_files import SECRETS
from settings.telemetry import TelemetrySettings
from settings.temporal import TemporalSettings, for_temporal, temporal_environment
from settings.values.spelling import spelled
from settings.worker import WebhookSettings, WorkerSettings

__all__ = [
    "DEMO_ENV_FILE",
    "SECRETS",
    "AnswerSettings",
    "ApiSettings",
    "DatabaseSettings",
    "Environment",
    "MailTextSettings",
    "PlanSettings",
    "PolicySettings",
    "PreviewSettings",
    "ProvisionSettings",
    "SetUpSettings",
    "SettingsError",
    "SignInSettings",
    "TelemetrySettings",
    "TemporalSettings",
    "UnknownValueError",
    "WebhookSettings",
    "WorkerSettings",
    "demo_calendar",
    "examine_settings",
    "for_temporal",
    "foreign_names",
    "load_settings",
    "looks_for_demo",
    "read_environment",
    "settings_from",
    "spelled",
    "temporal_environment",
]
