"""How the organisation presents itself on pages and in mails."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from domain.mail.content import Branding
from domain.mail.languages import DEFAULT_LANGUAGE, LANGUAGES
from settings.sending import DeadlineSettings
from settings.values.addresses import Mailbox
from settings.values.files import LogoFile, logo_in
from settings.values.scalars import Colour, Words, choice
from settings.values.urls import Page, PublicSite
from settings.values.validators import written


class BrandSettings(DeadlineSettings):
    """What pages and mails have in common."""

    public_base_url: PublicSite = Field(
        description="Where users reach the API. It begins every link in the mails.",
        examples=["https://mfa.contoso.com"],
    )
    portal_base_url: PublicSite | None = Field(
        default=None,
        description="Where admins reach the portal; default: PUBLIC_BASE_URL. The app "
        "registration needs this address with /portal/signed-in as a redirect URI.",
        examples=["https://mfa-admin.contoso.com"],
    )
    mfa_setup_url: Page = Field(
        default="https://aka.ms/mfasetup", description="Where users register a method."
    )
    company_name: Words = Field(
        description="Name of your organisation, on pages and in mails.", examples=["Contoso"]
    )
    support_team: Words = Field(
        default="IT support", description="Name of the team that helps users."
    )
    support_email: Mailbox = Field(
        description="Mail address of the team that helps users.", examples=["help@contoso.com"]
    )
    support_phone: Words | None = Field(
        default=None,
        description="Telephone number of the team that helps users.",
        examples=["+44 20 7946 0000"],
    )
    logo_file: LogoFile | None = Field(
        default=None,
        description="Logo for pages and mails: a PNG, JPEG or GIF of at most 100 KB. Mails bring "
        "it along.",
        examples=["/run/secrets/shared/logo.png"],
    )
    primary_colour: Colour = Field(default="#0b5cad", description="Colour of buttons.")
    default_language: Annotated[str, written(choice(*LANGUAGES))] = Field(
        default=DEFAULT_LANGUAGE,
        description="Language for readers of whom neither the directory nor the browser names "
        f"another: {', '.join(LANGUAGES[:-1])} or {LANGUAGES[-1]}.",
    )

    @property
    def portal_address(self) -> str:
        """Where admins reach the portal."""
        return self.portal_base_url or self.public_base_url

    @property
    def branding(self) -> Branding:
        """How the organisation presents itself."""
        return Branding(
            company_name=self.company_name,
            support_team=self.support_team,
            support_email=self.support_email,
            support_phone=self.support_phone,
            logo=logo_in(self.logo_file) if self.logo_file else None,
            primary_colour=self.primary_colour,
            default_language=self.default_language,
        )

    def remarks(self) -> Iterator[str]:
        """Say that the deadline is over: every page and mail tells that."""
        yield from super().remarks()
        if self.enrolment_deadline and self.enrolment_deadline < datetime.now(UTC).date():
            yield (
                "ENROLMENT_DEADLINE is in the past, and pages and mails say so: set a new day, or "
                "leave it out."
            )
