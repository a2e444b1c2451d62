"""What a worker is run with."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from domain.enrolment.policy import DAY
from domain.registration.methods import COUNTED, counted_methods, short_name
from settings.base import RolloutSettings
from settings.database import DatabaseSettings
from settings.mail.texts import MailTextSettings
from settings.microsoft import ManagedIdentityKind, MicrosoftSettings
from settings.sending import SendingSettings
from settings.telemetry import TelemetrySettings
from settings.tracking_token import TokenSettings
from settings.values.addresses import Domains, Mailbox, Mailboxes, Users
from settings.values.files import ExistingFile
from settings.values.identifiers import EXAMPLE_OF_SITE_ID, Guid, SiteId
from settings.values.methods import Methods
from settings.values.scalars import Decimal, Switch, choice, duration, duration_or_off
from settings.values.secrets import ClientSecret, Passphrase
from settings.values.validators import written


class WebhookSettings(RolloutSettings):
    """Where webhooks may lead."""

    webhook_private_addresses: Switch = Field(
        default=False,
        description="On: webhooks may lead to private addresses, and may use http on the machine "
        "of the worker.",
    )

    @property
    def allows_private_webhooks(self) -> bool:
        """Whether webhooks may lead into our own network; where nothing is real they may."""
        return self.webhook_private_addresses or self.simulated_tenant


class WorkerSettings(
    MailTextSettings,
    TokenSettings,
    SendingSettings,
    MicrosoftSettings,
    WebhookSettings,
    TelemetrySettings,
    DatabaseSettings,
):
    """What a worker is run with."""

    tenant_id: Guid = Field(
        description="Directory (tenant) ID, a GUID.",
        examples=["11111111-2222-4333-8444-555555555555"],
    )
    client_id: Guid = Field(
        description="Application (client) ID of the worker's app registration.",
        examples=["22222222-2222-4333-8444-555555555555"],
    )
    client_secret: ClientSecret | None = Field(
        default=None, description="Client secret of the worker's app registration."
    )
    client_certificate_file: ExistingFile | None = Field(
        default=None,
        description="PEM or PFX file of its certificate and private key, which is safer than a "
        "secret. It is read again when it changes.",
        examples=["/run/secrets/worker/app.pem"],
    )
    client_certificate_passphrase: Passphrase | None = Field(
        default=None, description="What the private key in that file is encrypted with."
    )
    federated_token_file: ExistingFile | None = Field(
        default=None,
        description="File with the token of an issuer that the app trusts (workload identity "
        "federation), in place of a secret or certificate. It is read for each sign-in.",
        examples=["/var/run/secrets/azure/tokens/azure-identity-token"],
    )
    managed_identity: ManagedIdentityKind | None = Field(
        default=None,
        description="Sign in as the managed identity that Azure gives to this machine or "
        "container: system or user (CLIENT_ID says which).",
        examples=["user"],
    )
    enforcement_group_id: Guid = Field(
        description="Object ID of the group that enforces MFA. `mfa-rollout provision --group "
        "NAME` finds it.",
        examples=["33333333-2222-4333-8444-555555555555"],
    )
    site_id: SiteId = Field(
        description="ID of the SharePoint site with the tracking list. `mfa-rollout provision "
        "--site ADDRESS` finds it.",
        examples=[EXAMPLE_OF_SITE_ID],
    )
    list_id: Guid = Field(
        description="ID of the tracking list. `mfa-rollout provision` creates the list and prints "
        "its ID.",
        examples=["66666666-2222-4333-8444-555555555555"],
    )
    sender_mailboxes: Mailboxes = Field(
        description="Mailboxes that send the mails; each person keeps one of them, so only add "
        "new ones at the end.",
        examples=["mfa@contoso.com,mfa-2@contoso.com"],
    )
    tenant_domains: Domains = Field(
        default=(),
        description="Domains in which a UPN is a mail address, too; default: that of the first "
        "sender.",
        examples=["contoso.com,contoso.de"],
    )
    escalation_fallback: Mailbox | None = Field(
        default=None,
        description="Mailbox that is told where a person has no manager.",
        examples=["mfa-team@contoso.com"],
    )
    mail_redirect_to: Mailbox | None = Field(
        default=None,
        description="For rehearsals: all mails go to this address, and the subject says for whom.",
        examples=["rehearsal@contoso.com"],
    )
    excluded_group_id: Guid | None = Field(
        default=None,
        description="Object ID of a group whose members are never mailed or added.",
        examples=["77777777-2222-4333-8444-555555555555"],
    )
    excluded_users: Users = Field(
        default=(),
        description="UPNs or ObjectIds of people who are never mailed or added.",
        examples=["ceo@contoso.com,break-glass@contoso.com"],
    )
    guests: Annotated[Literal["reject", "include"], written(choice("reject", "include"))] = Field(
        default="reject", description="Whether guests are enrolled: reject or include."
    )
    registration_checks_per_10s: Decimal = Field(
        default=5, description="Reads of authentication methods in 10 seconds."
    )
    counted_methods: Methods = Field(
        default=tuple(short_name(method) for method in sorted(COUNTED)),
        description="Authentication methods that count as MFA, by Graph's names.",
    )
    registration_sweep: Annotated[
        Literal["auto", "on", "off"], written(choice("auto", "on", "off"))
    ] = Field(
        default="auto",
        description="Look for registrations in the tenant's report, too; auto: from 5,000 people.",
    )

    recheck_active: Annotated[timedelta | None, written(duration_or_off)] = Field(
        default=7 * DAY,
        description="How often people who are Active are compared with the group and their "
        "methods; off: never.",
    )
    attention_after_click: Annotated[timedelta, written(duration(least=DAY, most=365 * DAY))] = (
        Field(
            default=14 * DAY,
            description="Time after a click after which a person who has not registered needs "
            "attention, from 1d to 365d.",
        )
    )
    retain_ended: Annotated[timedelta | None, written(duration_or_off)] = Field(
        default=400 * DAY,
        description="Time after which names, story and mails of people who ended are deleted from "
        "our tables, and rows of imports; off: never.",
    )

    @property
    def counted(self) -> frozenset[str]:
        """The full names of the types of method that count."""
        return counted_methods(self.counted_methods)

    @property
    def mail_domains(self) -> frozenset[str]:
        """The domains in which a UPN is a mail address."""
        of_sender = self.sender_mailboxes[0].rpartition("@")[2].casefold()
        return frozenset(self.tenant_domains or (of_sender,))
