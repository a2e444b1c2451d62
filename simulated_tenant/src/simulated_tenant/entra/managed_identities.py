"""The endpoints at which Azure hands tokens to what runs on its machines and in its containers.

https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
and https://learn.microsoft.com/azure/container-apps/managed-identity. Whoever reaches them gets a
token, so they listen where the tenant does: on loopback.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulated_tenant.entra.apps import App, Apps, ManagedKind
from simulated_tenant.entra.tokens import GRAPH_RESOURCE, Tokens

# What Container Apps put into IDENTITY_HEADER: it keeps forged requests of others away.
IDENTITY_HEADER = "simulated-tenant-identity-header"


class ManagedIdentities:
    """Answers for the one machine that the tenant's managed identities are assigned to."""

    def __init__(self, apps: Apps, tokens: Tokens) -> None:
        """Take what the answers are made of."""
        self._apps = apps
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """Return the endpoints' routes."""
        return [
            Route("/metadata/identity/oauth2/token", self.instance_metadata),
            Route("/msi/token", self.container_apps),
        ]

    async def instance_metadata(self, request: Request) -> Response:
        """``GET /metadata/identity/oauth2/token``: what a virtual machine asks."""
        if request.headers.get("Metadata") != "true":
            return _invalid("Required metadata header not specified")
        app = self._assigned(request.query_params.get("client_id"))
        if app is None:
            return _invalid("Identity not found")
        if request.query_params.get("resource", "").rstrip("/") != GRAPH_RESOURCE:
            return _invalid("AADSTS500011: The resource principal was not found in the tenant.")
        return JSONResponse(self._token(app) | {"expires_in": str(self._seconds())})

    async def container_apps(self, request: Request) -> Response:
        """``GET /msi/token``: what ``IDENTITY_ENDPOINT`` names in Container Apps."""
        if request.headers.get("X-IDENTITY-HEADER") != IDENTITY_HEADER:
            return _refused(HTTPStatus.UNAUTHORIZED, "The identity header is missing or wrong.")
        app = self._assigned(request.query_params.get("client_id"))
        if app is None:
            message = "No User Assigned or Delegated Managed Identity found for specified ClientId."
            return _refused(HTTPStatus.BAD_REQUEST, message)
        return JSONResponse(self._token(app))

    def _assigned(self, client_id: str | None) -> App | None:
        """Return the identity that is meant: that of the system where none is named."""
        kind = ManagedKind.SYSTEM if client_id is None else ManagedKind.USER
        fitting = (app for app in self._apps.all() if app.managed is kind)
        wanted = (client_id or "").lower()
        return next((app for app in fitting if not wanted or app.client_id == wanted), None)

    def _token(self, app: App) -> dict[str, str]:
        now = self._tokens.now().timestamp()
        return {
            "access_token": self._tokens.issue_for_graph(app.client_id, app.roles),
            "client_id": app.client_id,
            "expires_on": str(int(now) + self._seconds()),
            "resource": GRAPH_RESOURCE,
            "token_type": "Bearer",
        }

    def _seconds(self) -> int:
        return max(1, int(self._tokens.lifetime.total_seconds()))


def _invalid(description: str) -> Response:
    body = {"error": "invalid_request", "error_description": description}
    return JSONResponse(body, status_code=HTTPStatus.BAD_REQUEST)


def _refused(status: HTTPStatus, message: str) -> Response:
    body = {"statusCode": int(status), "message": message}
    return JSONResponse(body, status_code=status)
