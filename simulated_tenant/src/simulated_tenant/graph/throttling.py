"""Microsoft's limits: resource units, calls and mails in a time, calls at once on a mailbox.

https://learn.microsoft.com/graph/throttling-limits and, for SharePoint,
https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
"""

import math
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from simulated_tenant.errors import GraphError
from simulated_tenant.permissions import Service, service_of
from simulated_tenant.tenant import SimulatedTenant
from simulated_tenant.traits import DAY

_MAILBOX = re.compile(
    r"^/v1\.0/users(?:/|\(')([^/']+)(?:'\))?/(?:messages|mailfolders|sendmail)(?:[/?(]|$)",
    re.IGNORECASE,
)
_WARNING_FROM = 0.8
_REPORTS = "/reports/"
_USER_COSTS = {"users": 2, "members": 3, "transitivemembers": 5, "checkmembergroups": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """So much in a window of time, for an app (and a mailbox)."""

    trait: str
    window: timedelta
    code: str
    message: str
    cost: Callable[[str, Mapping[str, str]], int]
    fractions: bool = False
    announced: bool = False


@dataclass(kw_only=True, slots=True)
class _Window:
    """What was used within a window, oldest first."""

    used: deque[tuple[datetime, int]]
    total: int = 0

    def at(self, now: datetime, length: timedelta) -> int:
        while self.used and self.used[0][0] <= now - length:
            self.total -= self.used.popleft()[1]
        return self.total

    def add(self, now: datetime, cost: int) -> None:
        self.used.append((now, cost))
        self.total += cost

    def rest(self, now: datetime, length: timedelta) -> timedelta:
        """Return how long it is until the oldest use is forgotten."""
        return self.used[0][0] + length - now if self.used else timedelta(0)


class Throttling:
    """Refuses what goes beyond the limits that are switched on; refused calls count, too."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        """Start with nothing used."""
        self._tenant = tenant
        self._windows: dict[tuple[str, str], _Window] = {}
        self._open_calls: Counter[str] = Counter()

    @contextmanager
    def turn(self, address: str) -> Iterator[None]:
        """Hold one of a mailbox's few places for calls at once; other calls need none.

        Raises:
            GraphError: 429, as all places are taken.
        """
        found = _MAILBOX.match(address)
        if found is None:
            yield
            return
        mailbox, most = found.group(1).lower(), self._tenant.traits.concurrency
        if most is not None and self._open_calls[mailbox] >= most:
            raise _mailbox_error("MailboxConcurrency", self._retry_after(timedelta(seconds=1)))
        self._open_calls[mailbox] += 1
        try:
            yield
        finally:
            self._open_calls[mailbox] -= 1

    def is_mailbox(self, address: str) -> bool:
        """Say whether a call goes to Exchange."""
        return _MAILBOX.match(address) is not None

    def admit(
        self, client_id: str, operation: str, params: tuple[str, ...], query: Mapping[str, str]
    ) -> dict[str, str]:
        """Count a call and return the headers that tell how much is left.

        Raises:
            GraphError: 429, as the call goes beyond a limit.
        """
        headers: dict[str, str] = {}
        now = self._tenant.clock()
        for limit in _LIMITS:
            most: int | None = getattr(self._tenant.traits, limit.trait)
            cost = limit.cost(operation, query) if most is not None else 0
            if most is None or not cost:
                continue
            who = params[0].lower() if limit.trait == "mailboxcalls" else ""
            window = self._windows.setdefault((limit.trait, client_id + who), _Window(used=deque()))
            length = limit.window * (self._tenant.day_length / DAY)
            used = window.at(now, length)
            window.add(now, cost)
            rest = window.rest(now, length)
            if limit.announced and used + cost >= _WARNING_FROM * most:
                headers |= {
                    "RateLimit-Limit": str(most),
                    "RateLimit-Remaining": str(max(most - used - cost, 0)),
                    "RateLimit-Reset": str(math.ceil(rest.total_seconds())),
                }
            if used + cost > most:
                waits = self._retry_after(rest, fractions=limit.fractions)
                told = headers if limit.announced else {}
                raise GraphError(
                    HTTPStatus.TOO_MANY_REQUESTS, limit.code, limit.message, waits | told
                )
        return headers

    def _retry_after(self, rest: timedelta, *, fractions: bool = False) -> dict[str, str]:
        seconds = (self._tenant.traits.retryafter or rest).total_seconds()
        text = f"{seconds:.3f}" if fractions else str(max(1, math.ceil(seconds)))
        return {"Retry-After": text}


def check_sending(tenant: SimulatedTenant, mailbox_id: str, recipients: int) -> None:
    """Count a mail that is about to leave a mailbox.

    Raises:
        GraphError: 429 beyond the mails of a minute, 403 beyond the recipients of a day.
    """
    now, traits, scale = tenant.clock(), tenant.traits, tenant.day_length / DAY
    if traits.recipientlimit is None and traits.mailrate is None:
        return
    sent = tenant.sending.setdefault(mailbox_id, [])
    sent[:] = [(at, count) for at, count in sent if at > now - tenant.day_length]
    today = sum(count for _, count in sent) + recipients
    if traits.recipientlimit is not None and today > traits.recipientlimit:
        raise GraphError(
            HTTPStatus.FORBIDDEN,
            "ErrorExceededMessageLimit",
            "Cannot send mail. The message limit for the mailbox was exceeded.",
        )
    minute = timedelta(minutes=1) * scale
    recent = [at for at, _ in sent if at > now - minute]
    if traits.mailrate is not None and len(recent) >= traits.mailrate:
        rest = (traits.retryafter or recent[0] + minute - now).total_seconds()
        raise _mailbox_error("MessageRate", {"Retry-After": str(max(1, math.ceil(rest)))})
    sent.append((now, recipients))


def _mailbox_error(limit: str, headers: dict[str, str]) -> GraphError:
    return GraphError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "ApplicationThrottled",
        f"Application is over its {limit} limit.",
        headers,
    )


def _sharepoint_units(operation: str, query: Mapping[str, str]) -> int:
    if service_of(operation) is not Service.SHAREPOINT:
        return 0
    method, _, path = operation.partition(" ")
    if path.endswith("/delta"):
        return 1 if "token" in query or "$deltatoken" in query else 2
    return 1 if method == "GET" and path.endswith("{id}") else 2


def _identity_units(operation: str, query: Mapping[str, str]) -> int:
    if service_of(operation) is not Service.DIRECTORY or _REPORTS in operation:
        return 0
    last = operation.rpartition("/")[2]
    cost = _USER_COSTS.get(last, 1)
    if "$select" in query:
        cost -= 1
    if "$expand" in query:
        cost += 1
    if query.get("$top", "").isdigit() and int(query["$top"]) < 20:  # noqa: PLR2004 - Microsoft's
        cost -= 1
    return max(1, cost)


def _report_calls(operation: str, _query: Mapping[str, str]) -> int:
    return int(_REPORTS in operation)


def _mailbox_calls(operation: str, _query: Mapping[str, str]) -> int:
    return int(service_of(operation) is Service.EXCHANGE)


_LIMITS = (
    _Limit(
        trait="resourceunits",
        window=timedelta(minutes=1),
        code="activityLimitReached",
        message="The request has been throttled.",
        cost=_sharepoint_units,
        announced=True,
    ),
    _Limit(
        trait="identityunits",
        window=timedelta(seconds=10),
        code="TooManyRequests",
        message="Please retry again later.",
        cost=_identity_units,
        fractions=True,
    ),
    _Limit(
        trait="reportcalls",
        window=timedelta(seconds=10),
        code="TooManyRequests",
        message="Please retry again later.",
        cost=_report_calls,
    ),
    _Limit(
        trait="mailboxcalls",
        window=timedelta(minutes=10),
        code="ApplicationThrottled",
        message="Application is over its request limit for this mailbox.",
        cost=_mailbox_calls,
    ),
)
