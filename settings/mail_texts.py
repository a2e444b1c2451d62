"""What the mails say: the deadline, the subjects, the pixel."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from domain.enrolment.status import MailKind
from settings.branding import BrandSettings
from settings.values.calendar import Deadline
from settings.values.scalars import Switch
from settings.values.subjects import subject
from settings.values.written import written


class MailTextSettings(BrandSettings):
    """What the mails say; read by ``preview``, and by the worker that sends them."""

    enrolment_deadline: Deadline | None = Field(
        default=None,
        description="Day by which everybody is to be enrolled; the mails name it.",
        examples=["2027-03-31"],
    )
    invitation_subject: Annotated[str, written(subject(MailKind.INVITATION))] | None = Field(
        default=None,
        description="Subject of the invitation; {company}, {name} and {deadline} are filled in.",
        examples=["Set up MFA at {company} by {deadline}"],
    )
    reminder_subject: Annotated[str, written(subject(MailKind.REMINDER))] | None = Field(
        default=None,
        description="Subject of reminders, with the same placeholders.",
        examples=["Reminder: set up MFA by {deadline}"],
    )
    follow_up_subject: Annotated[str, written(subject(MailKind.FOLLOW_UP))] | None = Field(
        default=None,
        description="Subject of follow-ups, with the same placeholders.",
        examples=["{name}, please finish your MFA setup"],
    )
    escalation_subject: Annotated[str, written(subject(MailKind.ESCALATION))] | None = Field(
        default=None,
        description="Subject of the mail to the manager; {employee} is filled in, too.",
        examples=["{employee} has not set up MFA"],
    )
    open_tracking: Switch = Field(default=True, description="Off: mails have no tracking pixel.")

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

    def remarks(self) -> Iterator[str]:
        """Say that the deadline is over, which every mail would still name."""
        yield from super().remarks()
        if self.enrolment_deadline and self.enrolment_deadline < datetime.now(UTC).date():
            yield (
                "ENROLMENT_DEADLINE is in the past, and mails still name it: set a new day, or "
                "leave it out."
            )
