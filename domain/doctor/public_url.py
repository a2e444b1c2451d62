"""What the API says of itself at the public URL, and what follows from that."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.doctor.checks import Check, Fault, Finding, Good, found

_READY = "ok"


class ForwardedFor(StrEnum):
    """What the API makes of a request's ``X-Forwarded-For``."""

    NONE = "none"
    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What ``/readyz`` answers: which process it is, whether it is ready, whom it sees.

    ``instance`` is None where something else than the API answers.
    """

    status: int
    instance: str | None = None
    temporal: str = ""
    outbox: str = ""
    clock: str = _READY
    address: str = ""
    forwarded_for: str = ""
    untrusted_at: str | None = None

    @classmethod
    def parse(cls, status: int, body: object) -> "Readiness":
        """Read an answer, of whatever form it is."""
        if not isinstance(body, Mapping) or not isinstance(body.get("instance"), str):
            return cls(status=status)
        client = body.get("client")
        seen = client if isinstance(client, Mapping) else {}
        untrusted_at = body.get("untrusted_forwarded_for_at")
        return cls(
            status=status,
            instance=str(body["instance"]),
            temporal=str(body.get("temporal")),
            outbox=str(body.get("outbox")),
            clock=str(body.get("clock")),
            address=str(seen.get("address")),
            forwarded_for=str(seen.get("forwarded_for")),
            untrusted_at=str(untrusted_at) if untrusted_at else None,
        )


def judge_public_url(
    url: str, answer: Readiness, *, instances: Collection[str] | None
) -> list[Finding]:
    """Return the lines of the public URL and of the addresses that the API sees.

    Args:
        url: ``PUBLIC_BASE_URL``.
        answer: what was read there.
        instances: the APIs that report themselves in our database; None if that can't be read.
    """
    check = Check.PUBLIC_URL
    if answer.instance is None:
        return [found(check, Fault.URL_NOT_OURS, url=url, status=answer.status)]
    if instances is not None and answer.instance not in instances:
        return [found(check, Fault.URL_OTHER_ROLLOUT, url=url)]
    if not answer.temporal == answer.outbox == _READY:
        reached = found(check, Fault.API_NOT_READY, temporal=answer.temporal, outbox=answer.outbox)
    elif answer.clock != _READY:
        reached = found(check, Fault.API_CLOCK, clock=answer.clock)
    else:
        known = Good.PUBLIC_URL if instances is not None else Good.PUBLIC_URL_UNCOMPARED
        reached = found(check, known, url=url)
    return [reached, _judge_address(url, answer)]


def _judge_address(url: str, answer: Readiness) -> Finding:
    check, address = Check.CLIENT_ADDRESS, answer.address
    if answer.forwarded_for == ForwardedFor.UNTRUSTED:
        return found(check, Fault.PROXY_NOT_TRUSTED, address=address)
    if answer.forwarded_for == ForwardedFor.NONE and url.startswith("https:"):
        # The API speaks plain HTTP, so a proxy stands before it.
        return found(check, Fault.PROXY_HIDES_CLIENTS, address=address)
    if answer.untrusted_at is not None:
        return found(check, Fault.FORWARDED_FOR_NOT_TRUSTED, since=answer.untrusted_at)
    return found(check, Good.CLIENT_ADDRESS, address=address)
