"""The DNS records of a sender's domain."""

from collections.abc import Sequence

import dns.asyncresolver
import dns.exception
import dns.resolver

from domain.doctor.checks import Blind, Check, Finding, found
from domain.doctor.sender_domain import judge_domain, policy_domains

_NO_RECORD = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
_PORT = 53


def resolver_at(server: str | None) -> dns.asyncresolver.Resolver:
    """Return what asks this DNS server (``address`` or ``address:port``), or the computer's own.

    Raises:
        NoResolverConfiguration: this computer names none.
        ValueError: the server is no address.
    """
    if server is None:
        return dns.asyncresolver.Resolver()
    address, _, port = server.partition(":") if server.count(":") == 1 else (server, "", "")
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [address]
    resolver.port = int(port or _PORT)
    return resolver


async def look_at_domain(domain: str, *, include: str, server: str | None) -> Sequence[Finding]:
    """Return the lines of a sender's domain."""
    try:
        resolver = resolver_at(server)
        spf = await _texts(resolver, domain)
        dmarc: list[str] = []
        for above in policy_domains(domain):
            dmarc += await _texts(resolver, f"_dmarc.{above}")
    except (dns.exception.DNSException, OSError, ValueError):
        return [found(Check.SENDER_DOMAIN, Blind.NO_RESOLVER, domain)]
    return judge_domain(domain, spf=spf, dmarc=dmarc, include=include)


async def _texts(resolver: dns.asyncresolver.Resolver, name: str) -> list[str]:
    try:
        answer = await resolver.resolve(name, "TXT")
    except _NO_RECORD:
        return []
    return [b"".join(record.strings).decode(errors="replace") for record in answer]
