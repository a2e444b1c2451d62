"""Counts the calls of Microsoft Graph, and the waits that Microsoft has asked for."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus

from prometheus_client import Counter, Histogram

from graph.http.exchange import Answer


class Service(StrEnum):
    """The parts of Graph whose limits are counted apart."""

    DIRECTORY = "directory"
    MAILBOX = "mailbox"
    METHODS = "authentication_methods"
    REPORTS = "reports"
    SHAREPOINT = "sharepoint"


class Outcome(StrEnum):
    """How one exchange ended; ``held_back`` is one that wasn't begun, as a wait isn't over."""

    SUCCESS = "success"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    DENIED = "denied"
    REFUSED = "refused"
    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"
    NO_ANSWER = "no_answer"
    HELD_BACK = "held_back"


_REQUESTS = Counter(
    "mfa_rollout_graph_requests",
    "Calls of Microsoft Graph, each try by itself, by how it ended.",
    ["service", "outcome"],
)
_DURATIONS = Histogram(
    "mfa_rollout_graph_request_duration_seconds",
    "Time from a call of Microsoft Graph to its whole answer.",
    ["service"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_WAITS = Counter(
    "mfa_rollout_graph_wait_seconds",
    "Time for which Microsoft has asked us to leave a service alone (Retry-After).",
    ["service"],
)
# A counter that appears with its first event hides it from a rate.
for _service in Service:
    _WAITS.labels(_service)
    for _outcome in Outcome:
        _REQUESTS.labels(_service, _outcome)

_BY_STATUS: dict[int, Outcome] = {
    HTTPStatus.UNAUTHORIZED: Outcome.DENIED,
    HTTPStatus.FORBIDDEN: Outcome.DENIED,
    HTTPStatus.NOT_FOUND: Outcome.NOT_FOUND,
    HTTPStatus.GONE: Outcome.NOT_FOUND,
    HTTPStatus.CONFLICT: Outcome.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED: Outcome.CONFLICT,
    HTTPStatus.LOCKED: Outcome.DENIED,
    HTTPStatus.TOO_MANY_REQUESTS: Outcome.THROTTLED,
}


def outcome_of(response: Answer) -> Outcome:
    """Return how an exchange ended that has an answer."""
    if response.is_success:
        return Outcome.SUCCESS
    status = response.status_code
    if status == HTTPStatus.SERVICE_UNAVAILABLE and "Retry-After" in response.headers:
        return Outcome.THROTTLED
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome.SERVER_ERROR
    return _BY_STATUS.get(status, Outcome.REFUSED)


class MeasuredCall:
    """One exchange under way; it has no answer until it is told of one."""

    outcome = Outcome.NO_ANSWER

    def answered(self, response: Answer) -> Answer:
        """Note the answer, and return it."""
        self.outcome = outcome_of(response)
        return response


@asynccontextmanager
async def measured(service: Service) -> AsyncIterator[MeasuredCall]:
    """Count and time one exchange."""
    call = MeasuredCall()
    begun = time.perf_counter()
    try:
        yield call
    finally:
        _REQUESTS.labels(service, call.outcome).inc()
        _DURATIONS.labels(service).observe(time.perf_counter() - begun)


def held_back(service: Service) -> None:
    """Count a call that wasn't made."""
    _REQUESTS.labels(service, Outcome.HELD_BACK).inc()


def asked_to_wait(service: Service, wait: timedelta) -> None:
    """Add up the waits that were asked for."""
    _WAITS.labels(service).inc(wait.total_seconds())
