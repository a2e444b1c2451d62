"""The demo's tenant: its people, mailboxes, group, site, tracking list and app registrations.

Every id is made from a name, so that two tenants are alike and settings can be written down. The
secrets are public; they start with ``simulated-tenant-``, by which the product can refuse them
outside the demo.
"""

from collections.abc import Sequence

from simulated_tenant.personas.kinds import Kind
from simulated_tenant.population_names import PEOPLE, Person, id_of
from simulated_tenant.sharepoint.columns import Column, new_column
from simulated_tenant.tenant import SimulatedTenant

TENANT_ID = id_of("tenant")
DOMAIN = "contoso.example"
UNVERIFIED_DOMAIN = "contoso-works.example"
SENDER = f"mfa@{DOMAIN}"
GROUP_ID = id_of("enforcement-group")
EXCLUDED_GROUP_ID = id_of("excluded-group")
HOSTNAME = "contoso.sharepoint.example"
SITE_ID = f"{HOSTNAME},{id_of('site-collection')},{id_of('site')}"
SITE_PATH = "/sites/mfa"
LIST_ID = id_of("tracking-list")
LIST_NAME = "MFA rollout"
WORKER_CLIENT_ID = id_of("worker-app")
WORKER_SECRET = "simulated-tenant-worker-secret-0123456789"  # noqa: S105 - public on purpose
API_CLIENT_ID = id_of("api-app")
API_SECRET = "simulated-tenant-api-secret-0123456789"  # noqa: S105 - public on purpose
PROVISION_CLIENT_ID = id_of("provision-app")
PROVISION_SECRET = "simulated-tenant-provision-secret-0123456789"  # noqa: S105 - public on purpose
COMMAND_LINE_CLIENT_ID = id_of("command-line-app")
API_SCOPES = ("access_as_user",)
GRAPH_COMMAND_LINE_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
LOOPBACK = "http://localhost"
DEMO_SECRET_PREFIX = "simulated-tenant-"  # noqa: S105 - a prefix

# Exactly what the product's guide for admins asks for, in its order.
WORKER_ROLES = (
    "User.Read.All",
    "UserAuthenticationMethod.Read.All",
    "AuditLog.Read.All",
    "GroupMember.ReadWrite.All",
    "Sites.Selected",
)
WORKER_MAILBOX_ROLES = ("Mail.ReadWrite", "Mail.Send")
API_ROLES = ("Sites.Selected",)
PROVISION_ROLES = ("Sites.FullControl.All",)

_STAFF = (
    ("admin", "Ada Admin", "Rollout.Admin"),
    ("helpdesk", "Hugo Helpdesk", "Rollout.Helpdesk"),
    ("reader", "Rita Reader", "Rollout.Reader"),
)
_STATUSES = ["Pending", "Sent", "Clicked", "AddedToGroup", "Active"]


def address_of(person: Person) -> str:
    """Return somebody's user principal name."""
    domain = UNVERIFIED_DOMAIN if person.kind is Kind.NO_MAILBOX else DOMAIN
    return f"{person.alias}@{domain}"


def people() -> dict[str, Person]:
    """Return the people of the demo by user principal name."""
    return {address_of(person): person for person in PEOPLE}


def sample_csv() -> str:
    """Return the CSV that the demo imports: everybody, and three rows that tell of real life.

    One person is named by mail address instead of UPN, one row is there twice (in upper case the
    second time), and one isn't an address.
    """
    rows = [_csv_name(person) for person in PEOPLE]
    rows.insert(len(rows) // 2, "not-an-address")
    rows.append(rows[5].upper())
    return "\r\n".join(["UPN", *rows]) + "\r\n"


def populate(tenant: SimulatedTenant, *, redirect_uris: Sequence[str] = ()) -> None:
    """Fill an empty tenant; one that has people already is left as it is.

    ``redirect_uris`` are where the portal may send people after their sign-in.
    """
    if tenant.users.find(SENDER) is None:
        with tenant.storage.transaction():
            _add_people(tenant)
            _add_group_and_list(tenant)
            _add_apps(tenant)
    api = tenant.apps.get(API_CLIENT_ID)
    if api is not None and redirect_uris:
        api.redirect_uris = list(redirect_uris)
        tenant.apps.put(api)


def tracking_columns() -> list[Column]:
    """Return the tracking list's columns, Title excepted, which every list has."""
    return [
        new_column("DisplayName_", "text"),
        new_column("InviteStatus", "choice", indexed=True, facet={"choices": _STATUSES}),
        new_column("InGroup", "boolean"),
        new_column(
            "MFARegistrationState",
            "choice",
            indexed=True,
            facet={"choices": ["Registered", "Not Registered"]},
        ),
        new_column("MFARegistrationDate", "dateTime"),
        new_column("TrackingToken", "text", indexed=True),
        new_column("ClickedLinkDate", "dateTime"),
        new_column("AddedToGroupDate", "dateTime"),
        new_column("InviteSentDate", "dateTime"),
        new_column("LastReminderDate", "dateTime"),
        new_column("ReminderCount", "number", facet={"decimalPlaces": "none"}),
        new_column("LastChecked", "dateTime"),
        new_column("EmailOpenedDate", "dateTime"),
        new_column("EscalatedToManager", "boolean"),
        new_column("EscalationDate", "dateTime"),
        new_column("ManagerUPN", "text"),
        new_column("Source", "text"),
        new_column("SourceBatchId", "text"),
        new_column("ErrorDetails", "text"),
        new_column("CorrelationId", "text"),
        new_column("ObjectId", "text", indexed=True),
        new_column("Department", "text"),
        new_column("Notes", "text", facet={"allowMultipleLines": True}),
    ]


def _csv_name(person: Person) -> str:
    return f"{person.mail_alias}@{DOMAIN}" if person.mail_alias else address_of(person)


def _add_people(tenant: SimulatedTenant) -> None:
    tenant.add_user(
        SENDER,
        id=id_of("sender"),
        display_name="MFA rollout",
        account_enabled=False,
        preferred_language="en-GB",
    )
    for alias, name, _ in _STAFF:
        tenant.add_user(
            f"{alias}@{DOMAIN}",
            id=id_of(alias),
            display_name=name,
            department="IT",
            preferred_language="en-GB",
            methods=["fido2"],
        )
    for number, person in enumerate(PEOPLE):
        if person.kind is not Kind.LEFT_THE_COMPANY:
            _add_person(tenant, person, number)


def _add_person(tenant: SimulatedTenant, person: Person, number: int) -> None:
    given, _, surname = person.name.partition(" ")
    mail: str | None = f"{person.mail_alias or person.alias}@{DOMAIN}"
    if person.kind is Kind.NO_MAILBOX:
        mail = None
    registered = person.kind is Kind.REGISTERED_ALREADY
    tenant.add_user(
        address_of(person),
        id=person.object_id,
        display_name=person.name,
        given_name=given,
        surname=surname or None,
        mail=mail,
        department=person.department,
        # Ofcom keeps these numbers for stories: nobody is called by them.
        business_phones=[f"+44 20 7946 {number:04}"],
        mobile_phone=f"+44 7700 900{number:03}" if number % 2 else None,
        preferred_language=person.language,
        account_enabled=person.kind is not Kind.ON_LEAVE,
        manager_id=person.manager_id,
        methods=["microsoftAuthenticator"] if registered else [],
    )


def _add_group_and_list(tenant: SimulatedTenant) -> None:
    tenant.add_group(
        "MFA enforced", id=GROUP_ID, description="Sign-in with a second factor is required."
    )
    tenant.add_group("MFA excluded", id=EXCLUDED_GROUP_ID, description="Emergency access accounts.")
    site = tenant.add_site(SITE_PATH, hostname=HOSTNAME, id=SITE_ID)
    site.owners = [id_of("admin")]
    site.grants = {WORKER_CLIENT_ID: ["write"], API_CLIENT_ID: ["read"]}
    tenant.sites.put(site)
    made = tenant.add_list(site, LIST_NAME, tracking_columns(), id=LIST_ID)
    title = made.column("Title")
    if title is not None:
        title.indexed = title.enforce_unique_values = True
        tenant.sites.column_changed(made)


def _add_apps(tenant: SimulatedTenant) -> None:
    sender = [id_of("sender")]
    tenant.add_app(
        WORKER_CLIENT_ID,
        WORKER_SECRET,
        WORKER_ROLES,
        display_name="MFA rollout worker",
        mailbox_scopes={name: list(sender) for name in WORKER_MAILBOX_ROLES},
    )
    tenant.add_app(
        API_CLIENT_ID,
        API_SECRET,
        API_ROLES,
        display_name="MFA rollout portal",
        user_roles={id_of(alias): [role] for alias, _, role in _STAFF},
        exposed_scopes=list(API_SCOPES),
    )
    tenant.add_app(
        COMMAND_LINE_CLIENT_ID,
        display_name="MFA rollout command line",
        redirect_uris=[LOOPBACK],
        delegated_scopes={API_CLIENT_ID: list(API_SCOPES)},
        public=True,
    )
    tenant.add_app(
        PROVISION_CLIENT_ID,
        PROVISION_SECRET,
        PROVISION_ROLES,
        display_name="MFA rollout provisioning",
        redirect_uris=[LOOPBACK],
        public=True,
    )
    # Microsoft's own, as it is in every tenant.
    tenant.add_app(
        GRAPH_COMMAND_LINE_TOOLS,
        display_name="Microsoft Graph Command Line Tools",
        redirect_uris=[LOOPBACK],
        public=True,
    )
