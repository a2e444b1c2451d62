"""Which address a limit counts."""

from datetime import UTC, datetime

import pytest
from starlette.requests import Request

from api.limits.client_address import ClientAddresses


def request(peer: str | None, *forwarded: str) -> Request:
    """Return a request as it comes from a socket."""
    return Request(
        {
            "type": "http",
            "client": (peer, 1234) if peer else None,
            "headers": [(b"x-forwarded-for", each.encode()) for each in forwarded],
        }
    )


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "expected"),
    [
        ((), "192.0.2.1", (), "192.0.2.1"),
        ((), "192.0.2.1", ("203.0.113.9",), "192.0.2.1"),
        (("10.0.0.0/8",), "192.0.2.1", ("203.0.113.9",), "192.0.2.1"),
        (("10.0.0.0/8",), "10.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        (("10.0.0.0/8",), "10.0.0.1", ("1.1.1.1, 203.0.113.9, 10.0.0.2",), "203.0.113.9"),
        (("10.0.0.0/8",), "10.0.0.1", ("1.1.1.1", "203.0.113.9"), "203.0.113.9"),
        (("10.0.0.0/8",), "10.0.0.1", ("203.0.113.9:4711",), "203.0.113.9"),
        (("10.0.0.0/8",), "10.0.0.1", ("203.0.113.9, nonsense",), "10.0.0.1"),
        (("10.0.0.0/8",), "10.0.0.1", (), "10.0.0.1"),
        (("10.0.0.0/8",), "10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        (("10.0.0.0/8",), "::ffff:10.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        (("10.0.0.1",), "10.0.0.1", ("[2001:db8:1:2::3]:99",), "2001:db8:1:2::/64"),
        ((), "2001:db8:1:2:a:b:c:d", (), "2001:db8:1:2::/64"),
        ((), None, (), "unknown"),
        ((), "a unix socket", (), "unknown"),
    ],
)
def test_client_address(
    trusted: tuple[str, ...], peer: str | None, forwarded: tuple[str, ...], expected: str
) -> None:
    """The rightmost address that isn't a trusted proxy counts, and nobody else is believed."""
    assert ClientAddresses(trusted).of(request(peer, *forwarded)) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
    ],
)
def test_a_network_is_a_keyed_hash(one: str, other: str, same: bool) -> None:
    """A /24 or a /64 has one hash, which nobody can undo without the key."""
    addresses = ClientAddresses(())
    first = addresses.network_of(request(one), b"key")
    assert (first == addresses.network_of(request(other), b"key")) is same
    assert first != addresses.network_of(request(one), b"another key")
    assert first is not None
    assert addresses.network_of(request(None), b"key") is None


def test_nonsense_is_refused() -> None:
    """A proxy that is neither an address nor a network is an error at the start."""
    with pytest.raises(ValueError, match="proxy"):
        ClientAddresses(["proxy"])


def test_a_header_from_a_peer_that_is_not_trusted_is_noted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """When it came last is known, and the log says so once a minute, without an address."""
    now = [datetime(2026, 11, 26, 12, 0, tzinfo=UTC)]
    addresses = ClientAddresses(["10.0.0.0/8"], clock=lambda: now[0])
    forged = request("192.0.2.7", "203.0.113.9")
    for peer in (request("192.0.2.7"), request("10.1.1.1", "203.0.113.9")):
        addresses.note(peer)
    assert addresses.untrusted_at is None
    for seconds in (0, 59, 60, 61):
        now[0] = now[0].replace(minute=seconds // 60, second=seconds % 60)
        addresses.note(forged)
    assert addresses.untrusted_at == "2026-11-26T12:01:01+00:00"
    assert len(caplog.records) == 2
    told = str([vars(one) for one in caplog.records])
    assert "203.0.113.9" not in told
    assert "192.0.2.7" not in told
