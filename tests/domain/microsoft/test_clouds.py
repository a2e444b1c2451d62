"""Microsoft's clouds, as Microsoft's pages name them."""

import pytest

from domain.microsoft.clouds import CLOUDS, CloudName


@pytest.mark.parametrize(
    ("name", "graph", "powershell", "exchange"),
    [
        (CloudName.GLOBAL, "graph.microsoft.com", "Global", "O365Default"),
        (CloudName.US_GOVERNMENT, "graph.microsoft.us", "USGov", "O365USGovGCCHigh"),
        (CloudName.US_GOVERNMENT_DOD, "dod-graph.microsoft.us", "USGovDoD", "O365USGovDoD"),
        (CloudName.CHINA, "microsoftgraph.chinacloudapi.cn", "China", "O365China"),
    ],
)
def test_each_cloud_has_its_own_graph(
    name: CloudName, graph: str, powershell: str, exchange: str
) -> None:
    """The host, and the names by which PowerShell knows the cloud."""
    cloud = CLOUDS[name]
    assert cloud.graph_base_url == f"https://{graph}/v1.0"
    assert (cloud.graph_powershell, cloud.exchange_powershell) == (powershell, exchange)
