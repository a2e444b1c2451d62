"""Tokens of a managed identity: Azure's machines, App Service and Container Apps hand them out."""

from typing import Any

import msal
import requests

from domain.failures import ServiceUnavailable, SignInFailed
from domain.microsoft.connection import Connection, ManagedIdentity
from graph.http.errors import ADMIN_GUIDE
from graph.http.transport import EntraBusy, IdentityEndpointSession
from graph.sign_in.failures import unreachable


class ManagedIdentityApp:
    """The identity of the machine or container that this process runs on.

    msal finds the endpoint by the variables that Azure sets (``IDENTITY_ENDPOINT``), and asks the
    instance metadata service where there are none.
    """

    def __init__(self, connection: Connection, identity: ManagedIdentity) -> None:
        """Remember which identity."""
        self._connection = connection
        self._identity: Any = (
            msal.UserAssignedManagedIdentity(client_id=connection.client_id)
            if identity.is_user_assigned
            else msal.SystemAssignedManagedIdentity()
        )
        # The endpoint is near; a proxy doesn't know the way, and must not see the token.
        self._session = IdentityEndpointSession(connection.http)
        self._client = self._new_client()

    def acquire(self, *, anew: bool) -> dict[str, Any]:
        """Return a token, from msal's cache unless it is wanted anew."""
        if anew:
            self._client = self._new_client()
        prefix = self._connection.prefix
        try:
            answer = self._client.acquire_token_for_client(resource=self._connection.resource)
        except EntraBusy as error:
            raise unreachable(error, prefix) from None
        except requests.RequestException as error:
            # Not chained: requests quotes addresses in its messages.
            raise ServiceUnavailable(
                f"No managed identity can be had here ({type(error).__name__}): "
                f"{prefix}MANAGED_IDENTITY is for machines and containers on Azure."
            ) from None
        except ValueError:
            # What msal raises where it doesn't know the place: a kind of Azure Arc, for example.
            answer = {}
        if isinstance(answer, dict) and isinstance(answer.get("access_token"), str):
            return answer
        raise SignInFailed(
            f"Azure gives no token to the managed identity. Check {prefix}MANAGED_IDENTITY and "
            f"{prefix}CLIENT_ID, and that the identity is assigned to this machine or container: "
            f"see {ADMIN_GUIDE}.",
            code=str((answer or {}).get("error", ""))[:80],
        )

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _new_client(self) -> msal.ManagedIdentityClient:
        return msal.ManagedIdentityClient(self._identity, http_client=self._session)
