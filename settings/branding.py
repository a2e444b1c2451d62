"""How the organisation presents itself on pages and in mails."""

from pydantic import Field

from domain.mail.content import Branding
from settings.base import RolloutSettings
from settings.values.addresses import Mailbox
from settings.values.scalars import Colour, Words
from settings.values.urls import Image, Page, PublicSite


class BrandSettings(RolloutSettings):
    """What pages and mails have in common."""

    public_base_url: PublicSite = Field(
        description="Where users reach the API. It begins every link in the mails.",
        examples=["https://mfa.contoso.com"],
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
        description="Mail address of that team.", examples=["help@contoso.com"]
    )
    support_phone: Words | None = Field(
        default=None, description="Telephone number of that team.", examples=["+44 20 7946 0000"]
    )
    logo_url: Image | None = Field(
        default=None,
        description="URL of a logo.",
        examples=["https://www.contoso.com/logo.png"],
    )
    primary_colour: Colour = Field(default="#0b5cad", description="Colour of buttons.")

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
