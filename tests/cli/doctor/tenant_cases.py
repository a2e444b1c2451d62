"""What may be wrong in the tenant, one thing at a time, and the line by which doctor says so."""

from datetime import timedelta

from domain.doctor.checks import Check, Fault
from simulated_tenant import population
from tests.cli.doctor import breaking_tenant as tenant
from tests.cli.doctor.breaking import Case

TENANT_CASES = {
    "no worker for a mailbox": Case(
        tenant.second_sender, Check.WORKERS, Fault.NO_WORKER, "mfa-rollout-mail-1"
    ),
    "a certificate that expires tomorrow": Case(
        tenant.app_certificate,
        Check.CERTIFICATE,
        Fault.CERTIFICATE_EXPIRES,
        f"az ad app credential reset --id {population.WORKER_CLIENT_ID}",
    ),
    "a permission is missing": Case(
        tenant.roles(without="UserAuthenticationMethod.Read.All"),
        Check.PERMISSIONS,
        Fault.PERMISSIONS_MISSING,
        "38d9df27-64da-44fd-b7c5-a6fbac20248f=Role",
    ),
    "no permission to read groups": Case(
        tenant.roles(without="GroupMember.ReadWrite.All"),
        Check.PERMISSIONS,
        Fault.PERMISSIONS_MISSING,
        "dbaae8cf-10b5-4b86-a4a1-f871c94c6695=Role",
    ),
    "a permission that is too wide": Case(
        tenant.roles(more="Directory.ReadWrite.All"),
        Check.PERMISSIONS,
        Fault.PERMISSIONS_TOO_WIDE,
        population.WORKER_CLIENT_ID,
    ),
    "every mailbox is open": Case(
        tenant.roles(more="Mail.Send"),
        Check.PERMISSIONS,
        Fault.MAIL_CONSENTED,
        population.WORKER_CLIENT_ID,
    ),
    "a dynamic group": Case(
        tenant.group(group_types=["DynamicMembership"]),
        Check.ENFORCEMENT_GROUP,
        Fault.GROUP,
        "dynamic",
    ),
    "a synced group": Case(
        tenant.group(on_premises_sync_enabled=True),
        Check.ENFORCEMENT_GROUP,
        Fault.GROUP,
        "synced",
    ),
    "a role-assignable group": Case(
        tenant.group(is_assignable_to_role=True),
        Check.ENFORCEMENT_GROUP,
        Fault.GROUP,
        "role-assignable",
    ),
    "a group that hides its members": Case(
        tenant.group(group_types=["Unified"], visibility="HiddenMembership"),
        Check.ENFORCEMENT_GROUP,
        Fault.GROUP,
        "hides its members",
    ),
    "no site": Case(
        tenant.answer("GET", "/sites/[^/]+$", status=404),
        Check.SITE,
        Fault.SITE,
        "SITE_ID",
    ),
    "no grant on the site": Case(
        tenant.site_grant(), Check.SITE, Fault.SITE_NOT_GRANTED, '"roles":["write"]'
    ),
    "a grant for reading only": Case(
        tenant.site_grant("read"),
        Check.TRACKING_LIST,
        Fault.SITE_NOT_WRITABLE,
        '"roles":["write"]',
    ),
    "a column is missing": Case(
        tenant.column("Department"),
        Check.TRACKING_LIST,
        Fault.COLUMNS_LACKING,
        "Department",
    ),
    "a column of another type": Case(
        tenant.column("InGroup", kind="text"),
        Check.TRACKING_LIST,
        Fault.COLUMN_TYPE,
        "InGroup",
    ),
    "a column of rich text": Case(
        tenant.column("Department", kind="text", facet={"textType": "richText"}),
        Check.TRACKING_LIST,
        Fault.COLUMN_TYPE,
        "Department",
    ),
    "a column with each value once": Case(
        tenant.column("Department", kind="text", indexed=True, enforce_unique_values=True),
        Check.TRACKING_LIST,
        Fault.COLUMNS_LACKING,
        "room for one value in several rows of Department",
    ),
    "an index is missing": Case(
        tenant.column("ObjectId", kind="text"),
        Check.TRACKING_LIST,
        Fault.COLUMNS_LACKING,
        "ObjectId",
    ),
    "no grant for the mailbox": Case(
        tenant.mailbox_scopes(),
        Check.SENDER,
        Fault.MAILBOX_NOT_GRANTED,
        f"Test-ServicePrincipalAuthorization -Identity {population.WORKER_CLIENT_ID}",
    ),
    "no grant to send": Case(
        tenant.mailbox_scopes("Mail.ReadWrite"),
        Check.SENDER,
        Fault.MAILBOX_CANNOT_SEND,
        "Mail.Send",
    ),
    "no SPF": Case(
        tenant.names(spf=["something else"]),
        Check.SENDER_DOMAIN,
        Fault.SPF_MISSING,
        "v=spf1 include:spf.protection.outlook.com",
    ),
    "SPF twice": Case(
        tenant.names(spf=["v=spf1 -all", "v=spf1 ~all"]),
        Check.SENDER_DOMAIN,
        Fault.SPF_TWICE,
        "v=spf1 include:",
    ),
    "no DMARC": Case(
        tenant.names(dmarc=[]),
        Check.SENDER_DOMAIN,
        Fault.DMARC_MISSING,
        f"_dmarc.{population.DOMAIN}",
    ),
    "no licence for the report": Case(
        tenant.not_licensed,
        Check.REGISTRATION_REPORT,
        Fault.REPORT_NOT_LICENSED,
        "REGISTRATION_SWEEP=off",
    ),
    "no permission for the report": Case(
        tenant.roles(without="AuditLog.Read.All"),
        Check.REGISTRATION_REPORT,
        Fault.REPORT_NOT_PERMITTED,
        "b0afded3-3588-46d8-8b3d-9842eff778da=Role",
    ),
    "a clock that is slow": Case(
        tenant.clock(timedelta(minutes=10)), Check.CLOCK, Fault.CLOCK, "timedatectl"
    ),
}
