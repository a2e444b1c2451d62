"""Whether a sender's domain says who may send for it: SPF and DMARC.

Source: RFC 7208, sections 3.2 and 4.5, and RFC 7489, section 6.6.3.
"""

from collections.abc import Sequence

from domain.doctor.checks import Check, Fault, Finding, Good, found

# Exchange Online's, in each of Microsoft's clouds.
SPF_INCLUDES = {
    "graph.microsoft.us": "spf.protection.office365.us",
    "dod-graph.microsoft.us": "spf.protection.office365.us",
    "microsoftgraph.chinacloudapi.cn": "spf.protection.partner.outlook.cn",
}
USUAL_SPF_INCLUDE = "spf.protection.outlook.com"
_SHORTEST = 2


def policy_domains(domain: str) -> list[str]:
    """Return where a DMARC record counts for a domain: there, and at the domains above it."""
    labels = domain.split(".")
    return [".".join(labels[place:]) for place in range(max(1, len(labels) - _SHORTEST + 1))]


def judge_domain(
    domain: str, *, spf: Sequence[str], dmarc: Sequence[str], include: str = USUAL_SPF_INCLUDE
) -> list[Finding]:
    """Return the lines of a domain with these TXT records of its own and of its policy."""
    check, facts = Check.SENDER_DOMAIN, {"domain": domain, "include": include}
    senders = [one for one in spf if one.casefold().split(" ", 1)[0] == "v=spf1"]
    lines = []
    if not senders:
        lines.append(found(check, Fault.SPF_MISSING, domain, **facts))
    elif len(senders) > 1:
        lines.append(found(check, Fault.SPF_TWICE, domain, number=len(senders), **facts))
    if not any(one.replace(" ", "").casefold().startswith("v=dmarc1") for one in dmarc):
        lines.append(found(check, Fault.DMARC_MISSING, domain, **facts))
    return lines or [found(check, Good.SENDER_DOMAIN, domain)]
