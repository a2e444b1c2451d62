"""Faults on demand: what goes wrong, for which calls, how often."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from http import HTTPStatus

from simulated_tenant.clock import Clock


class Late(StrEnum):
    """What may be missing from reads for a while after it was written."""

    ITEM = "item"
    MEMBER = "member"
    MAIL = "mail"


@dataclass(kw_only=True, slots=True)
class Fault:
    """One rule: calls that match it go wrong.

    ``method`` is a verb or ``*``; ``path`` a regular expression that is searched, without
    regard to case, in the decoded path with its query (``/v1.0/users/ann@contoso.example``).
    The first ``skip`` matches go well, the following ``times`` go wrong (None: all of them).

    In order: the call is held for ``hold_before``; with a ``status`` it is answered so, unless
    ``after_write`` is set, when it is carried out first; without one it is carried out, held for
    ``hold_after`` and answered truly. ``code`` None means the status's usual code. ``retry_after``
    is sent as it stands; ``retry_after_date`` becomes an HTTP date that far from now. ``html``
    answers like a gateway. ``empty_page`` answers a collection with no rows and a nextLink that
    leads to the real answer.
    """

    method: str = "*"
    path: str = "."
    times: int | None = 1
    skip: int = 0
    status: int | None = None
    code: str | None = None
    message: str | None = None
    retry_after: str | None = None
    retry_after_date: timedelta | None = None
    html: bool = False
    hold_before: timedelta = timedelta(0)
    hold_after: timedelta = timedelta(0)
    after_write: bool = False
    empty_page: bool = False
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    hits: int = 0

    @property
    def is_used_up(self) -> bool:
        """Say whether the rule has gone wrong as often as it should."""
        return self.times is not None and self.hits >= self.skip + self.times

    def matches(self, method: str, path: str) -> bool:
        """Say whether a call is one of those this rule is about."""
        if self.method not in {"*", method.upper()}:
            return False
        return re.search(self.path, path, re.IGNORECASE) is not None

    def retry_after_header(self, now: datetime) -> dict[str, str]:
        """Return the Retry-After header, or no header."""
        if self.retry_after_date is not None:
            instant = (now + self.retry_after_date).replace(microsecond=0)
            return {"Retry-After": format_datetime(instant, usegmt=True)}
        return {} if self.retry_after is None else {"Retry-After": self.retry_after}


@dataclass(kw_only=True, slots=True)
class Lateness:
    """Reads after a write miss it for ``delay``, the next ``times`` writes (None: always)."""

    delay: timedelta
    times: int | None = None


class Faults:
    """The rules in force. They are gone with the process, as they are the test's, not state."""

    def __init__(self, clock: Clock) -> None:
        """Start with none."""
        self._clock = clock
        self._rules: list[Fault] = []
        self._late: dict[Late, Lateness] = {}

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force, behind those that are there."""
        self._rules.append(fault)
        return fault

    def late(self, what: Late, delay: timedelta, times: int | None = None) -> None:
        """Make reads lag behind writes, replacing what was said for this kind before."""
        self._late[what] = Lateness(delay=delay, times=times)

    def clear(self) -> None:
        """Remove all rules and delays; what is hidden already stays so until its time."""
        self._rules.clear()
        self._late.clear()

    def all(self) -> list[Fault]:
        """Return every rule, used up or not, with its hits."""
        return list(self._rules)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the first rule that this call falls under, counting the hit."""
        for rule in self._rules:
            if rule.is_used_up or not rule.matches(method, path):
                continue
            rule.hits += 1
            if rule.hits > rule.skip:
                return rule
        return None

    def visible_at(self, what: Late) -> datetime:
        """Return from when on reads show something that is written now."""
        return self._clock() + self.delay(what)

    def delay(self, what: Late) -> timedelta:
        """Return how far reads lag behind a write that happens now, counting the write."""
        lateness = self._late.get(what)
        if lateness is None or lateness.times == 0:
            return timedelta(0)
        if lateness.times is not None:
            lateness.times -= 1
        return lateness.delay


_USUAL_CODES = {
    HTTPStatus.BAD_REQUEST: "Request_BadRequest",
    HTTPStatus.UNAUTHORIZED: "InvalidAuthenticationToken",
    HTTPStatus.FORBIDDEN: "Authorization_RequestDenied",
    HTTPStatus.NOT_FOUND: "Request_ResourceNotFound",
    HTTPStatus.CONFLICT: "resourceModified",
    HTTPStatus.PRECONDITION_FAILED: "entityTagDoesNotMatch",
    HTTPStatus.GONE: "resyncRequired",
    HTTPStatus.TOO_MANY_REQUESTS: "TooManyRequests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "InternalServerError",
    HTTPStatus.BAD_GATEWAY: "BadGateway",
    HTTPStatus.SERVICE_UNAVAILABLE: "ServiceUnavailable",
    HTTPStatus.GATEWAY_TIMEOUT: "GatewayTimeout",
}
_USUAL_MESSAGES = {
    HTTPStatus.UNAUTHORIZED: "Lifetime validation failed, the token is expired.",
    HTTPStatus.TOO_MANY_REQUESTS: "Please retry again later.",
}


def usual_code(status: int) -> str:
    """Return the code that Graph commonly sends with a status."""
    return _USUAL_CODES.get(HTTPStatus(status), "UnknownError")


def usual_message(status: int) -> str:
    """Return a sentence for a status."""
    return _USUAL_MESSAGES.get(HTTPStatus(status), HTTPStatus(status).phrase)
