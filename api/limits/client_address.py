"""Which address a request came from, when proxies may stand between."""

import hmac
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.doctor.public_url import ForwardedFor

_UNKNOWN = "unknown"
_MOST_PEERS = 4096
LOG_EVERY = timedelta(minutes=1)

log = logging.getLogger(__name__)


class ClientAddresses:
    """Finds the address that a limit counts, trusting the proxies it was told about and no other.

    With none, the peer of the socket counts. Otherwise it is the rightmost address of the
    ``X-Forwarded-For`` chain that isn't a trusted proxy: what stands left of it was written by the
    client itself. Entry points must switch off uvicorn's own ``proxy_headers``.
    """

    def __init__(
        self,
        trusted_proxies: Sequence[str],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Read the trusted addresses and networks.

        Raises:
            ValueError: one of them is neither.
        """
        self._trusted = tuple(ip_network(each, strict=False) for each in trusted_proxies)
        # Most requests come from the same few proxies.
        self.is_trusted = lru_cache(_MOST_PEERS)(self._is_trusted_host)
        self._clock = clock
        self._untrusted_at: datetime | None = None
        self._logged_at: datetime | None = None

    @property
    def untrusted_at(self) -> str | None:
        """When a peer that isn't trusted sent ``X-Forwarded-For`` last; None if none ever did."""
        return self._untrusted_at.isoformat(timespec="seconds") if self._untrusted_at else None

    def forwarded_for(self, connection: HTTPConnection) -> ForwardedFor:
        """Say whether a request names whom it was forwarded for, and whether that is believed."""
        if "x-forwarded-for" not in connection.headers:
            return ForwardedFor.NONE
        believed = connection.client is not None and self.is_trusted(connection.client.host)
        return ForwardedFor.TRUSTED if believed else ForwardedFor.UNTRUSTED

    @staticmethod
    def key_of(host: str) -> str:
        """Return the key under which a peer of a socket is counted."""
        address = _parsed(host)
        return _UNKNOWN if address is None else _limit_key(address)

    def note(self, connection: HTTPConnection) -> None:
        """Remember that a peer which isn't trusted sent the header; log it once a minute."""
        if "x-forwarded-for" in connection.headers:
            self.note_forwarded_by(connection.client)

    def note_forwarded_by(self, peer: tuple[str, int] | None) -> None:
        """Remember that a peer sent the header, unless it is trusted; log it once a minute."""
        if peer is not None and self.is_trusted(peer[0]):
            return
        self._untrusted_at = now = self._clock()
        if self._logged_at is None or now - self._logged_at >= LOG_EVERY:
            self._logged_at = now
            log.warning(
                "X-Forwarded-For ignored",
                extra={
                    "reason": "It came from an address that TRUSTED_PROXIES does not name.",
                    "remedy": "`mfa-rollout doctor` says what to do.",
                },
            )

    def of(self, connection: HTTPConnection) -> str:
        """Return the client's address as a limit's key: IPv6 as its /64, all of which one has."""
        address = self._of(connection)
        return _UNKNOWN if address is None else _limit_key(address)

    def network_of(self, connection: HTTPConnection, key: bytes) -> str | None:
        """Return a keyed hash of the client's network (IPv4 as its /24), None if it is unknown."""
        address = self._of(connection)
        if address is None:
            return None
        prefix = 24 if isinstance(address, IPv4Address) else 64
        network = str(ip_network((address, prefix), strict=False))
        return hmac.new(key, network.encode(), sha256).hexdigest()[:16]

    def _of(self, connection: HTTPConnection) -> IPv4Address | IPv6Address | None:
        peer = _parsed(connection.client.host) if connection.client else None
        if peer is None:
            return None
        address = peer
        for hop in reversed(_forwarded_for(connection)):
            if not self._is_trusted(address):
                break
            previous = _parsed(hop)
            if previous is None:
                break
            address = previous
        return address

    def _is_trusted_host(self, host: str) -> bool:
        """Say whether a peer of a socket is a trusted proxy."""
        address = _parsed(host)
        return address is not None and self._is_trusted(address)

    def _is_trusted(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)


class NotedForwarding:
    """ASGI middleware that notes which requests are forwarded by a peer that isn't trusted."""

    def __init__(self, app: ASGIApp, addresses: ClientAddresses) -> None:
        """Note what comes to ``app``."""
        self._app = app
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the request, and pass it on."""
        if scope["type"] == "http":
            self._addresses.note(HTTPConnection(scope))
        await self._app(scope, receive, send)


def _forwarded_for(connection: HTTPConnection) -> list[str]:
    return ",".join(connection.headers.getlist("x-forwarded-for")).split(",")


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _limit_key(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), 64), strict=False))
    return str(address)
