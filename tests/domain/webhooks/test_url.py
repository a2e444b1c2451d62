"""Where a webhook may lead, as an admin writes it."""

import pytest

from domain.webhooks.url import LONGEST, read_webhook_url

NO_URL, NO_PORT = "is not a URL", "has a port that does not exist"
NO_TLS, HERE = "must begin with https://", "leads to this machine"
PRIVATE = "leads into a network that is not the internet"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("https://hooks.contoso.com/mfa", "https://hooks.contoso.com/mfa"),
        (" HTTPS://Hooks.Contoso.com/Mfa?a=B&c=%20 ", "https://hooks.contoso.com/Mfa?a=B&c=%20"),
        ("https://hooks.contoso.com:65535", "https://hooks.contoso.com:65535"),
        ("https://hooks.contoso.com?x=1", "https://hooks.contoso.com?x=1"),
        ("https://[2606:2800::1]:8443/x", "https://[2606:2800::1]:8443/x"),
        ("https://93.184.216.34/x", "https://93.184.216.34/x"),
    ],
)
def test_an_address_is_stored_as_it_is_used(text: str, stored: str) -> None:
    """Scheme and host in lower case; whether a name is of a public host is seen when it is used."""
    assert read_webhook_url(text, allow_private=False) == stored


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", NO_URL),
        ("hooks.contoso.com", NO_URL),
        ("ftp://hooks.contoso.com/x", NO_URL),
        ("https://evil\\@hooks.contoso.com/", NO_URL),
        ("https://ada:secret@hooks.contoso.com/", NO_URL),
        ("https://hooks.contoso.com/#part", NO_URL),
        ("https://hooks.contoso.com/a b", NO_URL),
        ("https://hööks.contoso.com/", NO_URL),
        ("https://[1:2]/x", NO_URL),
        ("https://999.1.1.1/x", NO_URL),
        ("https://127.1/x", NO_URL),
        ("https://2130706433/x", NO_URL),
        ("https://hooks.contoso.com/" + "x" * LONGEST, NO_URL),
        ("https://hooks.contoso.com:0/", NO_PORT),
        ("https://hooks.contoso.com:65536/", NO_PORT),
        ("http://hooks.contoso.com/", NO_TLS),
        ("http://127.0.0.1:8080/x", HERE),
        ("https://localhost/x", HERE),
        ("https://a.localhost/x", HERE),
        ("https://[::1]/x", HERE),
        ("https://10.0.0.1/x", PRIVATE),
        ("https://169.254.169.254/x", PRIVATE),
        ("https://[fd00::1]:8443/x", PRIVATE),
        ("https://[::ffff:10.0.0.1]/x", PRIVATE),
        ("https://[64:ff9b::a00:1]/x", PRIVATE),
        ("https://224.0.0.1/x", PRIVATE),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    """What parsers read differently, what isn't encrypted, this machine, private networks."""
    with pytest.raises(ValueError, match=why):
        read_webhook_url(text, allow_private=False)


def test_this_machine_may_be_allowed() -> None:
    """With it, http is allowed there, and nowhere else; https in networks of its own, too."""
    for url in (
        "http://127.0.0.1:8080/x",
        "http://localhost/x",
        "https://[::1]/x",
        "https://10.0.0.1/x",
    ):
        assert read_webhook_url(url, allow_private=True) == url
    with pytest.raises(ValueError, match=NO_TLS):
        read_webhook_url("http://10.0.0.1/x", allow_private=True)


def test_the_longest_address() -> None:
    """It fits into a page's address bar, and into our tables."""
    assert LONGEST == 2_000
    longest = "https://hooks.contoso.com/".ljust(LONGEST, "x")
    assert read_webhook_url(longest, allow_private=False) == longest
