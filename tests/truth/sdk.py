"""Microsoft's own client libraries, where they are installed (``uv sync --group truth``).

They are imported by name and only when they are needed: msgraph-sdk is large, and neither the type
checker nor a test process that doesn't use it should have to read it.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import httpx
import pytest

REASON = "msgraph-sdk and azure-identity are not installed: uv sync --group truth"
MODELS = "msgraph.generated.models"
_DEPRECATED = (
    "ignore:This class is deprecated:DeprecationWarning",
    "ignore:GetQueryParameters is deprecated:DeprecationWarning",
)


def is_installed() -> bool:
    """Say whether Microsoft's libraries are here."""
    return find_spec("msgraph") is not None and find_spec("azure") is not None


# The SDK warns of parts of itself while it is imported.
MARKS = [
    pytest.mark.skipif(not is_installed(), reason=REASON),
    *(pytest.mark.filterwarnings(text) for text in _DEPRECATED),
]


def of(module: str, name: str) -> Any:
    """Return a class of Microsoft's libraries."""
    return getattr(import_module(module), name)


def model(name: str, module: str) -> Any:
    """Return the class of a type of Graph's, such as ``ListItem`` from ``list_item``."""
    return of(f"{MODELS}.{module}", name)


def odata_error() -> type[Exception]:
    """Return what the SDK raises for every refusal."""
    error: type[Exception] = of(f"{MODELS}.o_data_errors.o_data_error", "ODataError")
    return error


def graph_service_client(base_url: str, authentication: Any, http: httpx.AsyncClient) -> Any:
    """Return Microsoft's client of a Graph at another place than Microsoft's."""
    middleware = of("msgraph_core", "GraphClientFactory").create_with_default_middleware(
        client=http
    )
    adapter = of("msgraph", "GraphRequestAdapter")(authentication, client=middleware)
    # Without this, paths begin with two slashes: https://github.com/microsoftgraph/msgraph-sdk-python
    adapter.base_url = base_url
    return of("msgraph", "GraphServiceClient")(request_adapter=adapter)


def bearer(token: str, host: str) -> Any:
    """Return an authentication that shows one token to one host."""
    kiota = import_module("kiota_abstractions.authentication")
    hosts = kiota.AllowedHostsValidator([host])

    class OneToken(kiota.AccessTokenProvider):  # type: ignore[misc, name-defined]
        async def get_authorization_token(self, uri: str, additional: Any = None) -> str:
            return token

        def get_allowed_hosts_validator(self) -> Any:
            return hosts

    return kiota.BaseBearerTokenAuthenticationProvider(OneToken())
