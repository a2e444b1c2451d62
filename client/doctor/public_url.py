"""The public URL: whether it leads to an API of this rollout, and whom that takes us for."""

import errno
import os
import ssl
from collections.abc import Sequence

import certifi
import httpx

from client.doctor.database import DatabaseFacts
from client.doctor.look import Shared
from domain.doctor.checks import Check, Fault, Finding, after, found
from domain.doctor.public_url import Readiness, judge_public_url

CHECKS = (Check.PUBLIC_URL, Check.CLIENT_ADDRESS)


async def look_at_public_url(url: str, facts: Shared[DatabaseFacts]) -> Sequence[Finding]:
    """Return the lines of the public URL and of the client's address."""
    try:
        answer = await _ask(f"{url}/readyz")
    except (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError) as error:
        return [_unreached(url, error), after(CHECKS[1], CHECKS[0])]
    known = await facts.known()
    instances = known.instances if known is not None else None
    lines = judge_public_url(url, answer, instances=instances)
    return [*lines, *(after(one, CHECKS[0]) for one in CHECKS[len(lines) :])]


async def _ask(url: str) -> Readiness:
    # The look as a whole has a limit.
    unlimited = httpx.Timeout(None)
    trusted = _browsers() if url.startswith("https:") else True
    async with httpx.AsyncClient(verify=trusted, trust_env=False, timeout=unlimited) as http:
        answer = await http.get(url)
    try:
        return Readiness.parse(answer.status_code, answer.json())
    except ValueError:
        return Readiness(status=answer.status_code)


def _browsers() -> ssl.SSLContext:
    """Trust what a browser on this computer trusts, and the public authorities."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _unreached(url: str, error: httpx.HTTPError) -> Finding:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return found(
                Check.PUBLIC_URL, Fault.URL_CERTIFICATE, url=url, reason=cause.verify_message
            )
        cause = cause.__cause__ or cause.__context__
    return found(Check.PUBLIC_URL, Fault.URL_UNREACHABLE, url=url, reason=_reason(error))


def _reason(error: httpx.HTTPError) -> str:
    """Return what the system says: no such name, refused, reset."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            # asyncio puts an address into its own words about a number of the system's.
            number = cause.errno
            return os.strerror(number) if number and number in errno.errorcode else cause.strerror
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
