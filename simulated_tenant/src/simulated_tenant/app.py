"""The https side of the tenant as one ASGI app: Entra ID's endpoints and Microsoft Graph."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulated_tenant.clock import Dated
from simulated_tenant.entra.managed_identities import ManagedIdentities
from simulated_tenant.entra.oauth_errors import OAuthError, unknown_tenant
from simulated_tenant.faults import usual_message
from simulated_tenant.graph.messages import GraphRequest, GraphResponse
from simulated_tenant.graph.proxy import Proxy
from simulated_tenant.graph.service import GraphService
from simulated_tenant.tenant import SimulatedTenant

_METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
_TENANT_ALIASES = frozenset({"common", "organizations"})


def create_app(tenant: SimulatedTenant) -> Starlette:
    """Build the app that stands in for ``login.microsoftonline.com`` and ``graph.microsoft.com``.

    Addresses in answers (issuer, nextLink) are made from the request's own host, so the app may
    be reached under any name, through any transport.
    """
    entra, graph = _Entra(tenant), _Graph(tenant)
    routes = [
        Route("/common/discovery/instance", entra.discover_instance),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", entra.openid_configuration),
        Route("/{tenant}/discovery/v2.0/keys", entra.keys),
        Route("/{tenant}/oauth2/v2.0/token", entra.token, methods=["POST"]),
        Route("/{tenant}/oauth2/v2.0/devicecode", entra.device_code, methods=["POST"]),
        *ManagedIdentities(tenant.apps, tenant.tokens).routes(),
        Route("/v1.0/{path:path}", graph.call, methods=_METHODS),
    ]
    return Starlette(
        routes=routes,
        exception_handlers={OAuthError: entra.refuse},
        middleware=[Middleware(Dated, clock=tenant.clock)],
    )


class _Entra:
    def __init__(self, tenant: SimulatedTenant) -> None:
        self._tenant = tenant

    async def discover_instance(self, request: Request) -> Response:
        base = _base_url(request)
        endpoint = f"{base}/{self._tenant.tenant_id}/v2.0/.well-known/openid-configuration"
        host = base.partition("://")[2]
        return JSONResponse(
            {
                "tenant_discovery_endpoint": endpoint,
                "api-version": "1.1",
                "metadata": [
                    {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
                ],
            }
        )

    async def openid_configuration(self, request: Request) -> Response:
        self._check_tenant(request)
        authority = f"{_base_url(request)}/{self._tenant.tenant_id}"
        # People sign in on the plain http side, where no browser complains of the certificate.
        people = f"{self._tenant.people_url or _base_url(request)}/{self._tenant.tenant_id}"
        return JSONResponse(
            {
                "issuer": f"{authority}/v2.0",
                "authorization_endpoint": f"{people}/oauth2/v2.0/authorize",
                "token_endpoint": f"{authority}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{authority}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{authority}/discovery/v2.0/keys",
                "end_session_endpoint": f"{people}/oauth2/v2.0/logout",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "response_types_supported": ["code"],
                "response_modes_supported": ["query", "form_post"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "tenant_region_scope": "EU",
            }
        )

    async def keys(self, request: Request) -> Response:
        self._check_tenant(request)
        return JSONResponse(self._tenant.key.jwks())

    async def token(self, request: Request) -> Response:
        fault = self._tenant.faults.take("POST", request.url.path)
        if fault is not None:
            await asyncio.sleep(fault.hold_before.total_seconds())
            if fault.status is not None:
                headers = fault.retry_after_header(self._tenant.clock())
                body = {
                    "error": fault.code or "temporarily_unavailable",
                    "error_description": fault.message or usual_message(fault.status),
                }
                return JSONResponse(body, status_code=fault.status, headers=headers)
        self._check_tenant(request)
        form = _texts(await request.form())
        tenant_id = request.path_params["tenant"]
        granted = self._tenant.token_endpoint.grant(form, _base_url(request), tenant_id)
        return JSONResponse(granted, headers={"Cache-Control": "no-store"})

    async def device_code(self, request: Request) -> Response:
        self._check_tenant(request)
        form = _texts(await request.form())
        page = f"{self._tenant.people_url or _base_url(request)}/devicelogin"
        codes = self._tenant.device_codes
        return JSONResponse(codes.begin(form.get("client_id", ""), form.get("scope", ""), page))

    async def refuse(self, _request: Request, error: Exception) -> Response:
        if not isinstance(error, OAuthError):
            raise error
        return JSONResponse(error.body(self._tenant.clock), status_code=error.status)

    def _check_tenant(self, request: Request) -> None:
        asked = request.path_params["tenant"].lower()
        if asked not in {self._tenant.tenant_id, *self._tenant.domains, *_TENANT_ALIASES}:
            raise unknown_tenant(asked)


class _Graph:
    def __init__(self, tenant: SimulatedTenant) -> None:
        self._service = GraphService(tenant)
        self._proxy = Proxy(tenant.traits)

    async def call(self, request: Request) -> Response:
        return await self._proxy.answer(lambda: self._answer(request))

    async def _answer(self, request: Request) -> Response:
        raw_body = await request.body()
        graph_request = GraphRequest(
            method=request.method,
            base_url=_base_url(request),
            path=request.scope["path"],
            query=dict(parse_qsl(request.url.query, keep_blank_values=True)),
            headers=dict(request.headers),
            raw_body=raw_body,
        )
        if raw_body and not graph_request.headers.get("content-type", "").startswith("text/"):
            try:
                graph_request.body = json.loads(raw_body)
            except ValueError:
                graph_request.is_malformed = True
        return _http(await self._service.answer(graph_request))


def _http(answer: GraphResponse) -> Response:
    if answer.content is not None:
        return Response(answer.content, status_code=answer.status, headers=answer.headers)
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    content = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()
    media_type = "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8"
    return Response(
        content, status_code=answer.status, headers=answer.headers, media_type=media_type
    )


def _base_url(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _texts(form: FormData) -> dict[str, Any]:
    return {name: value for name, value in form.items() if isinstance(value, str)}
