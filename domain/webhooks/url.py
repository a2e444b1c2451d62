"""The address of a webhook, as an admin writes it.

Parsers of URLs disagree where a text is unusual. So only plain texts pass: ASCII, no backslash, no
user name, no fragment.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from domain.webhooks.addresses import leads_to_internet

LONGEST = 2_000
_URL = re.compile(
    r"(https?)://([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])"
    r"(?::([0-9]{1,5}))?((?:[/?][!\"$-\[\]-~]*)?)",
    re.IGNORECASE,
)
# Where it is no address, libraries refuse it, or each reads it as another one.
_NO_NAME = re.compile(r"\[.*\]|[0-9.]+")
_HIGHEST_PORT = 65_535


def read_webhook_url(text: str, *, allow_private: bool) -> str:
    """Return the address as it is stored.

    Args:
        text: what was written.
        allow_private: whether it may lead to this machine, and by http there.

    Raises:
        ValueError: it is none, or leads where no webhook may; the message goes on from "it".
    """
    found = _URL.fullmatch(text.strip()) if len(text) <= LONGEST else None
    address = _address(found[2]) if found else None
    if found is None or (address is None and _NO_NAME.fullmatch(found[2])):
        raise ValueError("is not a URL such as https://hooks.contoso.com/mfa")
    scheme, host, port, rest = found.groups()
    if port is not None and not 0 < int(port) <= _HIGHEST_PORT:
        raise ValueError("has a port that does not exist")
    is_local = _is_this_machine(host.casefold(), address)
    if scheme.casefold() != "https" and not is_local:
        raise ValueError("must begin with https:// (http:// is for this machine only)")
    if is_local and not allow_private:
        raise ValueError(
            "leads to this machine. WEBHOOK_PRIVATE_ADDRESSES=on allows that; the worker needs the "
            "same"
        )
    if address is not None and not leads_to_internet(address) and not allow_private:
        raise ValueError(
            "leads into a network that is not the internet. WEBHOOK_PRIVATE_ADDRESSES=on allows "
            "that; the worker needs the same"
        )
    return f"{scheme.casefold()}://{host.casefold()}{f':{port}' if port else ''}{rest}"


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _is_this_machine(host: str, address: IPv4Address | IPv6Address | None) -> bool:
    if address is not None:
        return address.is_loopback
    return host == "localhost" or host.endswith(".localhost")
