"""What a worker is run with."""

from typing import Literal

from pydantic import (
    Field,
    FilePath,
    SecretStr,
    field_validator,
)

from domain.enrolment.registration import COUNTED, counted_methods, short_name
from settings.base import Names
from settings.microsoft import MicrosoftSettings, SignIn
from settings.public import MailTextSettings, TokenSettings
from settings.sending import SendingSettings


class WorkerSettings(MailTextSettings, TokenSettings, SendingSettings, MicrosoftSettings):
    """What a worker is run with."""

    tenant_id: str = Field(description="Directory (tenant) id, a GUID.")
    client_id: str = Field(description="Application (client) id of the worker's registration.")
    client_secret: SecretStr | None = Field(default=None, description="Its client secret.")
    client_certificate_file: FilePath | None = Field(
        default=None, description="PEM of its private key and certificate: better than a secret."
    )
    enforcement_group_id: str = Field(description="ObjectId of the group that enforces MFA.")
    site_id: str = Field(description="Id of the SharePoint site with the tracking list.")
    list_id: str = Field(description="Id of the tracking list.")
    sender_mailboxes: Names = Field(
        min_length=1,
        description="Mailboxes from which mails are sent; everybody keeps one. Only append.",
    )
    tenant_domains: Names = Field(
        default=(),
        description="Domains in which a UPN is a mail address, too; default: the sender's.",
    )
    escalation_fallback: str | None = Field(
        default=None, description="Mailbox that is told where there is no manager."
    )
    mail_redirect_to: str | None = Field(
        default=None,
        description="For rehearsals: every mail goes to this address, its subject says for whom.",
    )
    excluded_group_id: str | None = Field(
        default=None, description="Members of this group are never mailed or added."
    )
    excluded_users: Names = Field(
        default=(), description="UPNs or ObjectIds that are never mailed or added."
    )
    guests: Literal["reject", "include"] = Field(
        default="reject", description="Whether guests of the tenant are enrolled."
    )
    registration_checks_per_10s: float = Field(
        default=5, gt=0, description="Reads of authentication methods in 10 seconds."
    )
    counted_methods: Names = Field(
        default=tuple(short_name(method) for method in sorted(COUNTED)),
        description="Types of authentication method that count as MFA, as Graph names them.",
    )
    registration_sweep: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Look for registrations in the tenant's report, too; auto: from 5,000 people.",
    )

    @field_validator("counted_methods")
    @classmethod
    def _known_methods(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        counted_methods(value)
        return value

    @property
    def _sign_in(self) -> SignIn:
        return SignIn("", self.client_id, self.client_secret, self.client_certificate_file)

    @property
    def counted(self) -> frozenset[str]:
        """The full names of the types of method that count."""
        return counted_methods(self.counted_methods)

    @property
    def mail_domains(self) -> frozenset[str]:
        """The domains in which a UPN is a mail address."""
        of_sender = self.sender_mailboxes[0].rpartition("@")[2].casefold()
        return frozenset(self.tenant_domains or (of_sender,))
