"""Everything that can be set, read from the environment once, by the entry points alone.

Each setting ``LIKE_THIS`` may stand in the environment or in a file ``.env``; each secret may also
be read from a file, named by ``LIKE_THIS_FILE``.
"""

from settings.api import ApiSettings
from settings.loading import SECRETS, SettingsError, load_settings
from settings.provision import ProvisionSettings
from settings.public import MailTextSettings
from settings.sending import PolicySettings
from settings.worker import WorkerSettings

__all__ = [
    "SECRETS",
    "ApiSettings",
    "MailTextSettings",
    "PolicySettings",
    "ProvisionSettings",
    "SettingsError",
    "WorkerSettings",
    "load_settings",
]
