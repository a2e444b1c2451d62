"""Where Microsoft is, and what tokens are asked for there."""

import pytest

from domain.microsoft.connection import ClientSecret, Connection


@pytest.mark.parametrize(
    ("base_url", "microsofts", "resource"),
    [
        ("https://graph.microsoft.com/v1.0", True, "https://graph.microsoft.com"),
        ("https://graph.microsoft.us/v1.0", True, "https://graph.microsoft.us"),
        ("https://localhost:8443/v1.0", False, "https://graph.microsoft.com"),
    ],
)
def test_each_cloud_has_a_resource_of_its_own(
    base_url: str, microsofts: bool, resource: str
) -> None:
    """Tokens are asked for the Graph they are used at; a simulated one is the public cloud's."""
    connection = Connection(
        authority="https://login.microsoftonline.com/tenant",
        client_id="client",
        identity=ClientSecret(value="secret"),
        base_url=base_url,
        is_simulated=not microsofts,
    )
    assert connection.resource == resource
