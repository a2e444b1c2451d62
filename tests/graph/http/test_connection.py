"""Where Microsoft is, and what tokens are asked for there."""

import pytest

from graph.http.connection import Connection


@pytest.mark.parametrize(
    ("base_url", "microsofts", "scope"),
    [
        ("https://graph.microsoft.com/v1.0", True, "https://graph.microsoft.com/.default"),
        ("https://graph.microsoft.us/v1.0", True, "https://graph.microsoft.us/.default"),
        ("https://localhost:8443/v1.0", False, "https://graph.microsoft.com/.default"),
    ],
)
def test_each_cloud_has_a_scope_of_its_own(base_url: str, microsofts: bool, scope: str) -> None:
    """Tokens are asked for the Graph they are used at; a simulated one is the public cloud's."""
    connection = Connection(
        authority="https://login.microsoftonline.com/tenant",
        client_id="client",
        credential="secret",
        base_url=base_url,
        instance_discovery=microsofts,
    )
    assert connection.scope == scope
