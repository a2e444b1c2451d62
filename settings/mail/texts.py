"""What the mails say: the subjects, the pixel."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from domain.status import MailKind
from settings.mail.branding import BrandSettings
from settings.sending import ReminderSettings
from settings.values.scalars import Switch
from settings.values.subjects import subjects
from settings.values.validators import written


class MailTextSettings(BrandSettings):
    """What the mails say."""

    invitation_subject: (
        Annotated[Mapping[str, str], written(subjects(MailKind.INVITATION))] | None
    ) = Field(
        default=None,
        description="Subject of the invitation; {company}, {name} and {deadline} are filled in. "
        "In several languages: Set up MFA; de: MFA einrichten; fr: Configurer la MFA.",
        examples=["Set up MFA at {company} by {deadline}"],
    )
    reminder_subject: Annotated[Mapping[str, str], written(subjects(MailKind.REMINDER))] | None = (
        Field(
            default=None,
            description="Subject of reminders, with the same placeholders and languages.",
            examples=["Reminder: set up MFA by {deadline}"],
        )
    )
    follow_up_subject: (
        Annotated[Mapping[str, str], written(subjects(MailKind.FOLLOW_UP))] | None
    ) = Field(
        default=None,
        description="Subject of follow-ups, with the same placeholders and languages.",
        examples=["{name}, please finish your MFA setup"],
    )
    escalation_subject: (
        Annotated[Mapping[str, str], written(subjects(MailKind.ESCALATION))] | None
    ) = Field(
        default=None,
        description="Subject of the mail to the manager; {employee} is filled in, too.",
        examples=["{employee} has not set up MFA"],
    )
    open_tracking: Switch = Field(default=True, description="Off: mails have no tracking pixel.")

    @property
    def subjects(self) -> Mapping[MailKind, Mapping[str, str]]:
        """The subjects that were set, by language; the others are the templates' own."""
        own = {
            MailKind.INVITATION: self.invitation_subject,
            MailKind.REMINDER: self.reminder_subject,
            MailKind.FOLLOW_UP: self.follow_up_subject,
            MailKind.ESCALATION: self.escalation_subject,
        }
        return {kind: subject for kind, subject in own.items() if subject}


class PreviewSettings(MailTextSettings, ReminderSettings):
    """What the mails say, and after how many reminders the manager is told: for ``preview``."""
