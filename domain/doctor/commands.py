"""The exact commands and values of remedies, as they are typed."""

from collections.abc import Mapping

from domain.doctor.checks import Fault, Finding

_GRANT = (
    "Connect-MgGraph -Scopes Sites.FullControl.All\n"
    "Invoke-MgGraphRequest -Method POST -Uri '{graph}/sites/{site_id}/permissions' -Body "
    '\'{{"roles":["write"],"grantedTo":{{"application":{{"id":"{client_id}",'
    '"displayName":"mfa-rollout"}}}}}}\''
)
_MAILBOX = (
    "mfa-rollout provision --print powershell > set-up.ps1\n"
    "Test-ServicePrincipalAuthorization -Identity {client_id} -Resource {mailbox}"
)
_PERMISSIONS = (
    "az ad app permission add --id {client_id} --api 00000003-0000-0000-c000-000000000000 "
    "--api-permissions {roles}\n"
    "az ad app permission admin-consent --id {client_id}"
)
_SPF = "v=spf1 include:{include} -all"
_PROVISION = "mfa-rollout provision"

COMMANDS: Mapping[Fault, str] = {
    Fault.FILE_READABLE: "chmod go= {path}",
    Fault.SCHEMA: "mfa-rollout migrate",
    Fault.REBUILD: "mfa-rollout rebuild",
    Fault.MAIL_STOPPED: 'mfa-rollout mail start --reason "…"',
    Fault.SHORT_RETENTION: (
        "temporal operator namespace update --address {address} --namespace {namespace} "
        "--retention 30d"
    ),
    Fault.ATTRIBUTES_MISSING: _PROVISION,
    Fault.ATTRIBUTE_TYPE: (
        "temporal operator search-attribute remove --address {address} --namespace {namespace} "
        "--name {name}"
    ),
    Fault.SCHEDULES_MISSING: _PROVISION,
    Fault.SCHEDULES_PAUSED: (
        "temporal schedule toggle --address {address} --namespace {namespace} "
        "--schedule-id {first} --unpause"
    ),
    Fault.NO_WORKER: "mfa-rollout worker",
    Fault.STUCK: "mfa-rollout replay",
    Fault.CERTIFICATE_EXPIRES: (
        "az ad app credential reset --id {client_id} --append --cert @new-certificate.pem"
    ),
    Fault.PERMISSIONS_MISSING: _PERMISSIONS,
    Fault.CLOCK: "timedatectl set-ntp true",
    Fault.SITE_NOT_GRANTED: _GRANT,
    Fault.SITE_NOT_WRITABLE: _GRANT,
    Fault.LIST: _PROVISION,
    Fault.COLUMNS_LACKING: _PROVISION,
    Fault.COLUMN_TYPE: _PROVISION,
    Fault.MAILBOX_NOT_GRANTED: _MAILBOX,
    Fault.MAILBOX_CANNOT_SEND: _MAILBOX,
    Fault.SPF_MISSING: _SPF,
    Fault.SPF_TWICE: _SPF,
    Fault.DMARC_MISSING: "_dmarc.{domain} TXT v=DMARC1; p=none",
    Fault.REPORT_NOT_LICENSED: "REGISTRATION_SWEEP=off",
    Fault.REPORT_NOT_PERMITTED: _PERMISSIONS,
    Fault.TEST_NOT_REPORTED: "Get-RemoteDomain | Format-List DomainName,NDREnabled",
    Fault.URL_UNREACHABLE: "mfa-rollout api",
    Fault.PROXY_NOT_TRUSTED: "TRUSTED_PROXIES={address}",
}


def command(finding: Finding) -> str:
    """Return what to type or to set about a line; empty where no one command does it."""
    if not isinstance(finding.what, Fault):
        return ""
    return COMMANDS.get(finding.what, "").format(**finding.facts)
