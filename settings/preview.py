"""What a preview of mails is made with."""

from settings.mail_texts import MailTextSettings
from settings.policy import PolicySettings


class PreviewSettings(MailTextSettings, PolicySettings):
    """What mails say, and after how many reminders the manager is told."""
