"""What pages and mails have in common: tokens, brand, words."""

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import (
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from domain.enrolment.status import MailKind
from domain.mail.content import Branding
from domain.mail.subject_lines import checked_subject
from domain.tracking_token import KEY_BYTES
from settings.base import EnvironmentSettings, host_of

# The demo's secrets begin like this; they are public, so a real tenant is not opened with them.
DEMO_SECRET_PREFIX = "simulated-tenant-"  # noqa: S105 - a mark, not a secret
DEMO_TOKEN_KEY = b"public key of the simulated only"


class TokenSettings(EnvironmentSettings):
    """What makes the tokens in links, and reads them."""

    tracking_token_key: SecretStr = Field(
        description="Keys of tracking tokens, comma separated, 32 bytes each as base64; the first "
        "makes tokens, all are tried. Make one with: openssl rand -base64 32"
    )

    @field_validator("tracking_token_key")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            key_of(key)
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
        return tuple(key_of(key) for key in self.tracking_token_key.get_secret_value().split(","))


class BrandSettings(EnvironmentSettings):
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
        if not host_of(value):
            raise ValueError("write a full URL, such as https://aka.ms/mfasetup")
        return value

    @field_validator("logo_url")
    @classmethod
    def _logo(cls, value: str | None) -> str | None:
        # Browsers show nothing else under the pages' policy, and mail programs warn of it.
        if value is not None and not (value.startswith("https://") and host_of(value)):
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


class MailTextSettings(BrandSettings):
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


def key_of(text: str) -> bytes:
    """Read a tracking token key.

    Raises:
        ValueError: it isn't base64, or has another length.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise ValueError("not base64; make a key with: openssl rand -base64 32") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"{len(key)} bytes, not {KEY_BYTES}: openssl rand -base64 32")
    return key
