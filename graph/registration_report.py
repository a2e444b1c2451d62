"""The tenant's report of who has registered for MFA: late, and only a hint.

Source: Graph's page "List userRegistrationDetails". Needs AuditLog.Read.All and, of the tenant, a
licence of Entra ID P1 or P2; a national cloud may not have it. It lags by hours, so each change is
confirmed by a direct read.
"""

import hashlib
from dataclasses import dataclass

from domain.failures import (
    BadRequest,
    NotFound,
    NotLicensed,
    PermissionDenied,
    UnexpectedAnswer,
)
from domain.imports.rows import ListedPerson
from graph.http.answers import Json, astray, id_of, of_next_page
from graph.http.client import GraphClient
from graph.http.errors import Purpose

# What no sign-in with MFA is done with; all other words are hints that a direct read confirms.
# https://learn.microsoft.com/graph/api/resources/usageauthmethod; a QR code may have either name.
_NOT_COUNTED = frozenset(
    {
        *("appPassword", "email", "none", "password", "qrCode", "qrCodePin"),
        *("securityQuestion", "temporaryAccessPass"),
    }
)
# Also given now and then in tenants that have the licence, so once proves nothing.
_NO_LICENCE = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
# "Resource not found for the segment", as national clouds say of what they don't have:
# microsoft-graph-docs#7140, #9443, #6299.
_NO_SUCH_SEGMENT = frozenset({"BadRequest", "Request_ResourceNotFound", "ResourceNotFound"})
_PATH = "/reports/authenticationMethods/userRegistrationDetails"
_PURPOSE = Purpose(
    doing="read the registration report",
    grant="AuditLog.Read.All with admin consent (for the sweep, dry runs and --not-registered)",
    absent="The tenant has no registration report. Check MICROSOFT_CLOUD.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A user with methods in the report; ``mark`` changes when the reported methods do."""

    object_id: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """One page of the report: who has methods, who has none; the next one's address, or None."""

    registered: tuple[Registered, ...]
    next_link: str | None
    unregistered: tuple[ListedPerson, ...] = ()


class RegistrationReport:
    """Reads the report, one page at a time: at most 5 calls in 10 seconds are allowed."""

    def __init__(self, client: GraphClient) -> None:
        """Read by this client."""
        self._client = client

    async def page(self, link: str | None = None) -> ReportPage:
        """Return those with methods on the page behind a link, or on the first.

        The report's own ``isMfaRegistered`` isn't asked for: it is false for people with nothing
        but Windows Hello for Business.

        Raises:
            NotLicensed: the tenant lacks the licence, or Graph says so for a moment: ask again. Or
                the cloud in which the tenant is has no such report.
            PermissionDenied: AuditLog.Read.All isn't granted.
            ServiceUnavailable: with status 400, Graph has forgotten the page behind the link, so
                the report has to be read from its beginning.
        """
        try:
            page = await self._client.page(link or self._client.base_url + _PATH, _PURPOSE)
        except (BadRequest, NotFound) as refusal:
            if link is None and refusal.code in _NO_SUCH_SEGMENT:
                raise NotLicensed(
                    "Microsoft has no registration report in the cloud in which the tenant is. "
                    "Check MICROSOFT_CLOUD.",
                    status=refusal.status,
                    code=refusal.code,
                ) from None
            if link is None or isinstance(refusal, NotFound):
                raise
            raise of_next_page(refusal, _PURPOSE) from None
        except PermissionDenied as refusal:
            if refusal.code != _NO_LICENCE:
                raise
            raise NotLicensed(
                "The registration report needs Entra ID P1 or P2, which the tenant doesn't have.",
                status=refusal.status,
                code=refusal.code,
            ) from None
        return ReportPage(
            registered=tuple(found for row in page.rows if (found := _registered(row))),
            next_link=page.next_link,
            unregistered=tuple(_listed(row) for row in page.rows if _registered(row) is None),
        )


def report_in_circle() -> UnexpectedAnswer:
    """Return the failure of a report whose links to next pages lead round in a circle."""
    return astray(_PURPOSE)


def _listed(row: Json) -> ListedPerson:
    return ListedPerson(
        object_id=id_of(row, _PURPOSE),
        user_principal_name=str(row.get("userPrincipalName") or ""),
    )


def _registered(row: Json) -> Registered | None:
    object_id, methods = row.get("id"), row.get("methodsRegistered")
    # Graph's metadata lets it be null.
    if not isinstance(object_id, str) or not isinstance(methods, list | None):
        raise UnexpectedAnswer("The registration report describes a user without id or methods.")
    words = {str(method) for method in methods or ()}
    if not words - _NOT_COUNTED:
        return None
    told = ",".join(sorted(words))
    mark = hashlib.sha256(told.encode()).hexdigest()[:8]
    return Registered(object_id=object_id, mark=mark)
