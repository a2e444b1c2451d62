"""The tenant: the app's sign-in and permissions, the groups, the registration report."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from client.doctor.look import Shared
from domain.doctor.checks import Check, Fault, Finding, Good, after, found
from domain.doctor.clock import judge_certificate
from domain.doctor.permissions import REPORT, app_roles, holds, judge_permissions
from domain.failures import NotLicensed, PermissionDenied
from domain.microsoft.connection import CertificateFile, Connection
from graph.group_search import check_excluded_group
from graph.groups import EnforcementGroup
from graph.http.client import GraphClient
from graph.registration_report import RegistrationReport
from graph.sign_in.certificate import read_certificate
from graph.sign_in.tokens import roles_in

Roles = Shared[frozenset[str]]


async def read_roles(graph: GraphClient) -> frozenset[str]:
    """Return the application permissions that the app's token holds.

    Raises:
        RolloutError: there is no token.
    """
    return roles_in(await graph.tokens.token())


async def look_at_permissions(roles: Roles, *, client_id: str) -> Sequence[Finding]:
    """Return the lines of the sign-in and of what the token permits."""
    held = await roles.get()
    return [
        found(Check.SIGN_IN, Good.SIGN_IN),
        *judge_permissions(held, client_id=client_id),
    ]


async def look_at_certificate(connection: Connection) -> Sequence[Finding]:
    """Return the line of the app's certificate, none where it signs in with something else."""
    if not isinstance(connection.identity, CertificateFile):
        return []
    held = await asyncio.to_thread(read_certificate, connection.identity, connection.prefix)
    now = datetime.now(UTC)
    return [judge_certificate(held.expires_at, now=now, client_id=connection.client_id)]


async def look_at_group(graph: GraphClient, roles: Roles, group_id: str) -> Sequence[Finding]:
    """Return the line of the enforcement group."""
    check = Check.ENFORCEMENT_GROUP
    try:
        await EnforcementGroup(graph, group_id).check()
    except PermissionDenied:
        if not await _holds(roles, "GroupMember.", "Group.", "Directory."):
            return [after(check, Check.PERMISSIONS)]
        raise
    return [found(check, Good.ENFORCEMENT_GROUP)]


async def look_at_excluded_group(
    graph: GraphClient, roles: Roles, group_id: str | None
) -> Sequence[Finding]:
    """Return the line of the group whose members are left alone."""
    check = Check.EXCLUDED_GROUP
    if group_id is None:
        return [found(check, Good.NO_EXCLUDED_GROUP)]
    try:
        await check_excluded_group(graph, group_id)
    except PermissionDenied:
        if not await _holds(roles, "GroupMember.", "Group.", "Directory."):
            return [after(check, Check.PERMISSIONS)]
        raise
    return [found(check, Good.EXCLUDED_GROUP)]


async def look_at_report(graph: GraphClient, sweep: str, *, client_id: str) -> Sequence[Finding]:
    """Return the line of the registration report; ``sweep`` is ``REGISTRATION_SWEEP``."""
    check = Check.REGISTRATION_REPORT
    if sweep == "off":
        return [found(check, Good.REPORT_OFF)]
    try:
        await RegistrationReport(graph).page()
    except NotLicensed:
        wanted = sweep == "on"
        return [found(check, Fault.REPORT_NOT_LICENSED if wanted else Good.REPORT_NOT_LICENSED)]
    except PermissionDenied:
        facts = {"client_id": client_id, "roles": app_roles([REPORT])}
        return [found(check, Fault.REPORT_NOT_PERMITTED, **facts)]
    return [found(check, Good.REPORT)]


async def _holds(roles: Roles, *prefixes: str) -> bool:
    held = await roles.known()
    return held is not None and holds(held, *prefixes)
