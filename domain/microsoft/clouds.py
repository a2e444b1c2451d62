"""Microsoft's clouds: where each has Entra ID and Microsoft Graph.

Sources: https://learn.microsoft.com/graph/deployments and
https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud; the names that
PowerShell uses are those of ``Connect-MgGraph`` and ``Connect-ExchangeOnline``.
"""

from dataclasses import dataclass
from enum import StrEnum


class CloudName(StrEnum):
    """The clouds, as our setting names them."""

    GLOBAL = "global"
    US_GOVERNMENT = "us-government"
    US_GOVERNMENT_DOD = "us-government-dod"
    CHINA = "china"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One cloud's hosts, and what PowerShell's modules call it."""

    authority: str
    graph: str
    graph_powershell: str
    exchange_powershell: str

    @property
    def graph_base_url(self) -> str:
        """Microsoft Graph with its version."""
        return f"{self.graph}/v1.0"


CLOUDS = {
    CloudName.GLOBAL: Cloud(
        authority="https://login.microsoftonline.com",
        graph="https://graph.microsoft.com",
        graph_powershell="Global",
        exchange_powershell="O365Default",
    ),
    CloudName.US_GOVERNMENT: Cloud(
        authority="https://login.microsoftonline.us",
        graph="https://graph.microsoft.us",
        graph_powershell="USGov",
        exchange_powershell="O365USGovGCCHigh",
    ),
    CloudName.US_GOVERNMENT_DOD: Cloud(
        authority="https://login.microsoftonline.us",
        graph="https://dod-graph.microsoft.us",
        graph_powershell="USGovDoD",
        exchange_powershell="O365USGovDoD",
    ),
    CloudName.CHINA: Cloud(
        authority="https://login.partner.microsoftonline.cn",
        graph="https://microsoftgraph.chinacloudapi.cn",
        graph_powershell="China",
        exchange_powershell="O365China",
    ),
}
