"""The one place where an answer of Graph becomes a failure of ``domain.failures``.

Status and ``code`` decide, never the text (it is translated, and it changes), with three exceptions
that there is no other way to tell: SharePoint's duplicates in a unique column and "Save Conflict",
and the directory's refusal to add a member twice.
What Graph wrote is never repeated in a message, since it may quote an address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import httpx

from domain.failures import (
    BadRequest,
    Conflict,
    DuplicateValue,
    NotFound,
    PermanentFailure,
    PermissionDenied,
    RolloutError,
    ServiceUnavailable,
    SignInFailed,
    Throttled,
    UnexpectedAnswer,
)
from domain.microsoft.exchange_codes import (
    LIMIT_USED_UP,
    MAILBOX_FULL,
    PASSING,
    SENDING_BLOCKED,
)
from graph.http.exchange import Answer
from graph.http.retries import retry_after, until_reset

ADMIN_GUIDE = "docs/admin-guide.md"

_CHECK_BETWEEN = "Check MICROSOFT_CLOUD and the proxies in between."
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_DEEPEST = 10

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Failures of an exchange whose request nobody can have received."""

_SITE_FULL = "quotaLimitReached"

# A 403 for which nothing has to be granted: Conditional Access wants more of the sign-in.
# https://learn.microsoft.com/graph/errors
_BLOCKED = "insufficient_claims"

_SHAREPOINT_REFUSES = frozenset({400, 409, 500})
_DUPLICATE = re.compile(
    "duplicate values were found|SPDuplicateValuesFound|-2130575169"
    "|object references already exist",
    re.IGNORECASE,
)
_SAVE_CONFLICT = re.compile("save conflict|-2130575305", re.IGNORECASE)

_KINDS: dict[int, type[RolloutError]] = {
    HTTPStatus.UNAUTHORIZED: SignInFailed,
    HTTPStatus.FORBIDDEN: PermissionDenied,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.REQUEST_TIMEOUT: ServiceUnavailable,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.GONE: NotFound,
    HTTPStatus.PRECONDITION_FAILED: Conflict,
    # Of a server that isn't the mailbox's any more, or before the connection is sure of itself:
    # nothing was done. RFC 9110, 15.5.20; RFC 8470, 5.2.
    HTTPStatus.MISDIRECTED_REQUEST: ServiceUnavailable,
    HTTPStatus.TOO_EARLY: ServiceUnavailable,
    # An admin has locked the site, or archived it: onyx#11266, dust#20377. No item is locked.
    HTTPStatus.LOCKED: PermanentFailure,
    HTTPStatus.FAILED_DEPENDENCY: ServiceUnavailable,
    HTTPStatus.TOO_MANY_REQUESTS: Throttled,
}
_KINDS_BY_CODE: dict[str, type[RolloutError]] = {
    **dict.fromkeys(MAILBOX_FULL, BadRequest),
    _SITE_FULL: PermanentFailure,
    **dict.fromkeys(PASSING, ServiceUnavailable),
    # Nobody has to grant anything.
    **dict.fromkeys(LIMIT_USED_UP, Throttled),
    **dict.fromkeys(SENDING_BLOCKED, PermanentFailure),
}

# Only Graph's own word counts for these: a proxy has such pages, too, and nobody is gone for one.
_GRAPHS_WORD = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
)

_MESSAGES: dict[type[RolloutError], str] = {
    # "Continuous access evaluation for workload identities", learn.microsoft.com.
    SignInFailed: "Could not {doing}: Graph refuses a token that Entra ID has just issued "
    "({said}). In the Entra admin center, see whether the enterprise application is enabled and "
    "not at risk, and whether Conditional Access blocks it from here (Sign-in logs, Service "
    "principal sign-ins); check MICROSOFT_CLOUD, too.",
    PermissionDenied: f"The app may not {{doing}} ({{said}}). Grant {{grant}}: see {ADMIN_GUIDE}.",
    NotFound: "{absent}",
    Conflict: "Could not {doing}: it was changed by somebody else meanwhile ({said}).",
    Throttled: "Could not {doing} yet: Microsoft asks us to slow down ({said}).",
    ServiceUnavailable: "Could not {doing}: Graph is not available ({said}).",
    DuplicateValue: "Could not {doing}: the value is there already ({said}).",
    BadRequest: "Graph refuses to {doing} as we asked for it ({said}).",
}

_LOCKED = (
    "Could not {doing}: it is locked ({said}). Unlock the site in the SharePoint admin center, or "
    "take it out of the archive."
)
# What these codes mean decides what helps.
_BY_CODE = {
    **dict.fromkeys(
        LIMIT_USED_UP,
        "Could not {doing} yet: the mailbox has used up the recipients that Microsoft allows in an "
        "hour or a day ({said}).",
    ),
    **dict.fromkeys(
        SENDING_BLOCKED,
        "Could not {doing}: Microsoft has blocked the mailbox, or takes the mail for spam "
        "({said}). Look at Restricted entities in Microsoft Defender.",
    ),
    "ApplicationThrottled": (
        "Could not {doing} yet: Microsoft allows four calls at once, and 30 mails a minute, on one "
        "mailbox ({said})."
    ),
    **dict.fromkeys(
        (
            "MailboxNotEnabledForRESTAPI",
            "MailboxNotSupportedForRESTAPI",
            "OrganizationFromTenantGuidNotFound",
        ),
        "Could not {doing}: the mailbox is not in Exchange Online, is inactive or has no licence "
        "({said}). Check SENDER_MAILBOXES.",
    ),
    **dict.fromkeys(
        MAILBOX_FULL,
        "Could not {doing}: the mailbox is full, or has no room for more named properties "
        "({said}). Delete old mails there, or put another mailbox into SENDER_MAILBOXES.",
    ),
    _SITE_FULL: (
        "Could not {doing}: the site has no room left ({said}). Give it more storage in the "
        "SharePoint admin center, or empty its recycle bin."
    ),
    "ErrorInvalidRecipients": (
        "Could not {doing}: Exchange takes no mail to the address that the reader has in Entra ID "
        "({said}). Correct it there, or tell the person yourself; it is read again each hour."
    ),
    "ErrorAccessDenied": (
        "The app may not {doing} ({said}). Grant {grant}. RBAC for Applications takes effect "
        "within two hours; Test-ServicePrincipalAuthorization shows what is granted, and "
        "Test-ApplicationAccessPolicy whether an application access policy denies it: see "
        f"{ADMIN_GUIDE}."
    ),
    "Request_ResourceNotFound": (
        "{absent} What was created minutes ago may not be there yet ({said})."
    ),
}
LIMIT_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a call is for, in the words of whoever reads its failure.

    Attributes:
        doing: completes "could not …" and "the app may not …".
        grant: the application permission (or grant) that is missing when the answer is 403.
        absent: a whole sentence for a 404: what isn't there, and what to check.
    """

    doing: str
    grant: str
    absent: str


def failure_of(response: Answer, purpose: Purpose) -> RolloutError:
    """Return the failure that an answer other than 2xx stands for. It is returned, not raised."""
    status = response.status_code
    if status < HTTPStatus.BAD_REQUEST or (status in _GRAPHS_WORD and _is_page(response)):
        return not_graphs(response, purpose)
    layers = list(_error_layers(response))
    code = next((code for code, _ in layers if code), "")
    text = " ".join(part for layer in layers for part in layer)
    wait = retry_after(response.headers, now=datetime.now(UTC))
    kind = _kind(status, code, text, asked_to_wait=wait is not None)
    if kind is PermissionDenied and _BLOCKED in response.headers.get("WWW-Authenticate", ""):
        kind = SignInFailed
    if status == HTTPStatus.BAD_REQUEST and not text.strip():
        # Seen of Graph now and then, and gone with the next try: twentyhq/twenty#18726.
        return not_graphs(response, purpose)
    if kind is not Throttled:
        kind = _KINDS_BY_CODE.get(code, kind)
    if kind is Throttled and (reset := until_reset(response.headers)) is not None:
        wait = max(wait or reset, reset)
    if code in LIMIT_USED_UP:
        wait = wait or LIMIT_AGAIN
    usual = _LOCKED if kind is PermanentFailure else _MESSAGES[kind]
    message = _BY_CODE.get(code, usual).format(
        doing=purpose.doing,
        grant=purpose.grant,
        absent=purpose.absent,
        said=f"{status} {code}".strip(),
    )
    return kind(message, status=status, code=code, retry_after=wait)


def left_alone(rest: timedelta, purpose: Purpose) -> Throttled:
    """Return the failure that stands for a call that isn't made: its service wants to rest."""
    message = _MESSAGES[Throttled].format(doing=purpose.doing, said="still waiting")
    return Throttled(message, status=HTTPStatus.TOO_MANY_REQUESTS, retry_after=rest)


def unknown_form(purpose: Purpose) -> UnexpectedAnswer:
    """Return the failure that a 2xx stands for whose body isn't what Graph documents."""
    return UnexpectedAnswer(
        f"Could not {purpose.doing}: the answer doesn't have the form that Graph documents. "
        f"{_CHECK_BETWEEN}"
    )


def not_graphs(response: Answer, purpose: Purpose) -> ServiceUnavailable:
    """Return the failure of an answer that something on the way gave in Graph's place.

    A proxy's sign-in page is gone once somebody has signed in. It proves nothing, neither that what
    was asked is done nor that it isn't, so it has no status.
    """
    return ServiceUnavailable(
        f"Could not {purpose.doing}: this is no answer of Graph's ({response.status_code}). "
        f"{_CHECK_BETWEEN}"
    )


def said_otherwise(response: Answer, purpose: Purpose) -> ServiceUnavailable:
    """Return the failure of a 2xx that holds an error."""
    said = f"that it is done ({response.status_code}), and that it failed"
    return ServiceUnavailable(f"Could not {purpose.doing}: Graph's answer says {said}.")


def _is_page(response: Answer) -> bool:
    """Say whether an answer has a body, and none of Graph's."""
    try:
        return bool(response.content.strip()) and not isinstance(response.json(), dict)
    except ValueError:
        return True


def _kind(status: int, code: str, text: str, *, asked_to_wait: bool) -> type[RolloutError]:
    if status in _SHAREPOINT_REFUSES:
        if code == "nameAlreadyExists" or _DUPLICATE.search(text):
            return DuplicateValue
        if _SAVE_CONFLICT.search(text):
            return Conflict
    if status == HTTPStatus.SERVICE_UNAVAILABLE and asked_to_wait:
        return Throttled
    # Of changes only the place is gone: they are read again from their beginning.
    begins_anew = status == HTTPStatus.GONE and code.startswith("resync")
    if status in _KINDS and not begins_anew:
        return _KINDS[status]
    if begins_anew or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServiceUnavailable
    return BadRequest


def _error_layers(response: Answer) -> Iterator[tuple[str, str]]:
    """Yield code and message of the error and of those nested in it, from the outside in."""
    try:
        body = response.json()
    except ValueError:
        # A gateway's page, or nothing at all: the status has to do.
        return
    error = body.get("error") if isinstance(body, dict) else None
    for _ in range(_DEEPEST):
        if not isinstance(error, dict):
            return
        code, message = error.get("code"), error.get("message")
        yield (
            code if isinstance(code, str) and _CODE.fullmatch(code) else "",
            message if isinstance(message, str) else "",
        )
        error = error.get("innerError") or error.get("innererror")


def cut_short(purpose: Purpose, *, status: int | None = None) -> ServiceUnavailable:
    """Return the failure of an answer, or of a row of pages, that doesn't come to its end."""
    return ServiceUnavailable(
        f"Could not {purpose.doing}: Graph's answer ended too early.", status=status
    )
