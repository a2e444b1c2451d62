"""Every activity over real msal, httpx and TLS, against a simulated tenant.

List, groups and people are each test's own.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

import httpx
from temporalio.client import Client

from activities.enrolment.account import DirectoryActivities
from activities.enrolment.exclusions import Exclusions
from activities.enrolment.find_person import FindPersonActivities
from activities.enrolment.first_row import IntakeInput
from activities.enrolment.group import GroupActivities
from activities.enrolment.intake import IntakeActivities
from activities.mail.activities import MailActivities
from activities.mail.checks import MailChecks
from activities.mail.composer import MailComposer, MailSettings
from activities.mail.delivery import MailDelivery
from activities.mail.kill_switch import MailSwitch
from activities.mail.row_after_mail import WRITTEN_WITHIN, RowAfterMail
from activities.mail.turn import MailTurns
from activities.registration.poll import RegistrationActivities
from activities.tracking_list.write_row import RowActivities
from database.engine import Database
from database.enrolments.records import EnrolmentRecords
from database.mail.log import MailLog
from database.tombstones import Tombstones
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.mail.content import Branding
from domain.registration.methods import COUNTED
from domain.status import Source
from domain.tables.mail import MailLimits
from graph.authentication_methods import AuthenticationMethods
from graph.directory import Directory
from graph.groups import EnforcementGroup, Memberships
from graph.http.back_off import BackOff
from graph.http.client import GraphClient
from graph.http.retries import Patience
from graph.mailbox import Mailbox
from graph.tracking_list import TrackingList
from simulated_tenant.directory.users import User
from templates.mails import MailRenderer
from temporal.encryption.names import UserPrincipalNames
from tests.activities.ground import Ground, empty_list
from tests.activities.tenant_side import TenantSide
from tests.support.temporal_server import UNDISTURBED
from tests.support.waits import waits_are_over

PUBLIC_BASE_URL = "https://mfa.contoso.example"
SETUP_URL = "https://setup.contoso.example"
TOKEN_KEY = b"0123456789abcdef0123456789abcdef"
# Each failure leaves the activity at once: what the client does by itself is tested with it.
ONE_TRY = Patience(attempts=1)
SHORT = httpx.Timeout(0.3, connect=60)
WIDE = MailLimits(per_minute=10**6, per_hour=10**6, per_day=10**6)


@dataclass(frozen=True, kw_only=True)
class Stage(TenantSide):
    """The activities that work with one test's list and groups."""

    client: Client
    database: Database
    timeout: httpx.Timeout = field(default_factory=lambda: httpx.Timeout(20))
    back_off: BackOff = field(default_factory=waits_are_over)
    list_id: str | None = None
    group_id: str | None = None
    guests: bool = False
    excluded_users: frozenset[str] = frozenset()
    counted: frozenset[str] = COUNTED
    mail_settings: MailSettings = field(
        default_factory=lambda: MailSettings(
            public_base_url=PUBLIC_BASE_URL,
            setup_url=SETUP_URL,
        )
    )
    tenant_domains: frozenset[str] = frozenset({"contoso.example"})
    row_within: timedelta = WRITTEN_WITHIN
    escalation_fallback: str | None = None
    limits: MailLimits = WIDE
    switch_namespace: str = UNDISTURBED
    names: UserPrincipalNames = field(default_factory=UserPrincipalNames)

    def but(self, **changes: Any) -> "Stage":
        """Return the same with other settings."""
        return replace(self, **changes)

    @property
    def impatient(self) -> "Stage":
        """Return the same, except that it waits 300 ms for an answer."""
        return self.but(timeout=SHORT)

    def enrolment(self, user: User | str, **more: Any) -> EnrolmentInput:
        """Return what an enrolment of this user is started with."""
        name = user.user_principal_name if isinstance(user, User) else "gone@contoso.example"
        values: dict[str, Any] = {
            "object_id": user.id if isinstance(user, User) else user,
            "user_principal_name": name,
            "source": Source.CSV_UPLOAD,
            "batch_id": "batch-1",
            "correlation_id": "correlation-1",
            "policy": Policy(),
        }
        return EnrolmentInput(**values | more)

    def intake(self, user: User | str, *, writes_row: bool = True, **more: Any) -> IntakeInput:
        """Return what the intake of this user is given, before anything else is known of them."""
        enrolment = self.enrolment(user, **more)
        early = EnrolmentState(run_id=str(uuid4()))
        return IntakeInput(enrolment=enrolment, early=early, writes_row=writes_row)

    @cached_property
    def graph(self) -> GraphClient:
        """Our client of Graph."""
        url = self.ground.running.graph_url
        return GraphClient(
            self.ground.http,
            url,
            self.ground.tokens,
            patience=ONE_TRY,
            timeout=self.timeout,
            back_off=self.back_off,
        )

    @property
    def directory(self) -> Directory:
        """Our side of the directory."""
        return Directory(self.graph)

    @property
    def tracking_list(self) -> TrackingList:
        """Our side of the list."""
        list_id = self.list_id or self.rows.definition.id
        return TrackingList(self.graph, self.ground.site.id, list_id)

    @property
    def exclusions(self) -> Exclusions:
        """Who is left alone."""
        return Exclusions(
            memberships=Memberships(self.graph),
            group_id=self.excluded_group.id,
            users=self.excluded_users,
        )

    @property
    def intake_activities(self) -> IntakeActivities:
        """The intake."""
        return IntakeActivities(
            directory=self.directory,
            methods=AuthenticationMethods(self.graph),
            tracking_list=self.tracking_list,
            group=EnforcementGroup(self.graph, self.group_id or self.group.id),
            exclusions=self.exclusions,
            records=self.records,
            senders=(self.sender,),
            names=self.names,
            token_keys=(TOKEN_KEY,),
            counted=self.counted,
        )

    @property
    def registration_activities(self) -> RegistrationActivities:
        """The polling."""
        return RegistrationActivities(
            methods=AuthenticationMethods(self.graph),
            tracking_list=self.tracking_list,
            directory=self.directory,
            records=self.records,
            counted=self.counted,
        )

    @property
    def group_activities(self) -> GroupActivities:
        """The group."""
        return GroupActivities(
            group=EnforcementGroup(self.graph, self.group_id or self.group.id),
            directory=self.directory,
            exclusions=self.exclusions,
        )

    @property
    def list_activities(self) -> RowActivities:
        """The mirror's hand."""
        return RowActivities(
            tracking_list=self.tracking_list,
            records=self.records,
            senders=(self.sender,),
            token_key=TOKEN_KEY,
            names=self.names,
        )

    @property
    def records(self) -> EnrolmentRecords:
        """People's rows in the tables."""
        return EnrolmentRecords(self.database, Tombstones())

    @property
    def directory_activities(self) -> DirectoryActivities:
        """The waiting for an account."""
        return DirectoryActivities(directory=self.directory)

    @property
    def resend_activities(self) -> FindPersonActivities:
        """The form's look-up."""
        return FindPersonActivities(directory=self.directory, token_keys=[TOKEN_KEY])

    @property
    def mail_activities(self) -> MailActivities:
        """The mails."""
        branding = Branding(
            company_name="Contoso", support_team="IT", support_email="it@contoso.example"
        )
        return MailActivities(
            senders=(self.mailbox,),
            log=self.mail_log,
            row=RowAfterMail(self.list_activities, within=self.row_within),
            delivery=MailDelivery(
                turns=self.turns,
                checks=MailChecks(
                    directory=self.directory,
                    methods=AuthenticationMethods(self.graph),
                    exclusions=self.exclusions,
                    tenant_domains=self.tenant_domains,
                    escalation_fallback=self.escalation_fallback,
                    counted=self.counted,
                ),
                composer=MailComposer(renderer=MailRenderer(branding), settings=self.mail_settings),
                token_key=TOKEN_KEY,
            ),
        )

    @property
    def turns(self) -> MailTurns:
        """Whether it is a mail's turn."""
        return MailTurns(switch=MailSwitch(client=self._undisturbed))

    @property
    def mailbox(self) -> Mailbox:
        """Our side of the sender's mailbox."""
        return Mailbox(self.graph, self.sender)

    @property
    def mail_log(self) -> MailLog:
        """The rows of mails."""
        return MailLog(self.database, Tombstones(), limits=self.limits)

    @property
    def _undisturbed(self) -> Client:
        return Client(self.client.service_client, namespace=self.switch_namespace)


def set_up(ground: Ground, client: Client, database: Database) -> Stage:
    """Return a stage of one's own, in a tenant without faults."""
    tenant = ground.running.tenant
    return Stage(
        ground=ground,
        rows=empty_list(ground),
        group=tenant.add_group("MFA enforced"),
        excluded_group=tenant.add_group("MFA excluded"),
        client=client,
        database=database,
    )
