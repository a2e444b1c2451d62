"""Which network addresses a webhook may lead to: nothing of our own network may be reached."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# How networks that have IPv6 alone reach IPv4. RFC 6052
_NAT64 = IPv6Network("64:ff9b::/96")
# All that the internet uses of IPv6. What Python takes for global beyond it leads into networks of
# somebody's own: ``::10.0.0.1``, ``fec0::1``, other translations of IPv4. RFC 4291, RFC 8215
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Everywhere in Azure the same address, and each time the host that one's own machine runs on.
# https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
_AZURE_HOST = IPv4Address("168.63.129.16")


def is_public(address: str) -> bool:
    """Say whether everybody on the internet means the same host by this address."""
    try:
        return leads_to_internet(ip_address(address.partition("%")[0]))
    except ValueError:
        return False


def leads_to_internet(address: IPv4Address | IPv6Address) -> bool:
    """Say the same of an address that was read."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and address != _AZURE_HOST
    if (inner := _embedded(address)) is not None:
        return leads_to_internet(inner)
    return address.is_global and address in _GLOBAL_UNICAST


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to, None where it leads to itself."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return IPv4Address(address.packed[12:])
    return None
