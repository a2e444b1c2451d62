"""Answer Graph requests: faults, identity, permission, handler, headers, record."""

import asyncio
import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from simulated_tenant.errors import GraphError, bad_request
from simulated_tenant.exchanges import Exchange
from simulated_tenant.faults import Fault, usual_code, usual_message
from simulated_tenant.graph.authorization import authorize
from simulated_tenant.graph.batch import run_batch
from simulated_tenant.graph.messages import GraphRequest, GraphResponse
from simulated_tenant.graph.router import Router
from simulated_tenant.graph.routes import HANDLERS
from simulated_tenant.graph.throttling import Throttling
from simulated_tenant.permissions import Service, service_of
from simulated_tenant.tenant import SimulatedTenant

_VERSION = "/v1.0"
_GATEWAY_PAGE = (
    b"<html><head><title>Bad gateway</title></head><body>The service is down.</body></html>"
)


class GraphService:
    """The front door of Microsoft Graph."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        """Serve one tenant."""
        self._tenant = tenant
        self._router = Router(HANDLERS)
        self._throttling = Throttling(tenant)
        self._next_pages = 0

    async def answer(self, request: GraphRequest) -> GraphResponse:
        """Answer one request, or one part of a batch, with ids in the headers."""
        request_id = str(uuid.uuid4())
        client_request_id = request.headers.get("client-request-id", request_id)
        try:
            address = unquote(request.url.removeprefix(request.base_url))
            with self._throttling.turn(address):
                response = await self._with_faults(request, address)
        except GraphError as error:
            body = error.body(self._tenant.clock, request_id, client_request_id)
            response = GraphResponse(status=error.status, body=body, headers=error.headers)
        response.headers |= {"request-id": request_id, "client-request-id": client_request_id}
        self._record(request, response)
        return response

    async def _with_faults(self, request: GraphRequest, address: str) -> GraphResponse:
        if self._throttling.is_mailbox(address):
            await asyncio.sleep(self._tenant.traits.latency.total_seconds())
        fault = self._tenant.faults.take(request.method, address)
        if fault is None:
            return await self._carry_out(request)
        await asyncio.sleep(fault.hold_before.total_seconds())
        if fault.empty_page:
            page = await self._carry_out(request)
            page.body |= {"value": [], "@odata.nextLink": request.url}
            return page
        if fault.status is None or fault.after_write:
            response = await self._carry_out(request)
            await asyncio.sleep(fault.hold_after.total_seconds())
            if fault.status is None:
                return response
        return self._fault_answer(fault, fault.status)

    def _fault_answer(self, fault: Fault, status: int) -> GraphResponse:
        headers = fault.retry_after_header(self._tenant.clock())
        if fault.html:
            headers["Content-Type"] = "text/html"
            return GraphResponse(status=status, content=_GATEWAY_PAGE, headers=headers)
        code = usual_code(status) if fault.code is None else fault.code
        raise GraphError(status, code, fault.message or usual_message(status), headers)

    async def _carry_out(self, request: GraphRequest) -> GraphResponse:
        request.caller = self._tenant.tokens.verify(request.headers.get("authorization"))
        if request.is_malformed:
            raise bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and"
                " payload is of valid JSON format.",
                "BadRequest",
            )
        path = request.path.removeprefix(_VERSION)
        if path.strip("/").lower() == "$batch":
            return await self._batch(request)
        route, request.params = self._router.find(request.method, path)
        authorize(self._tenant, request.caller, route.operation, request.params)
        caller = request.caller.client_id
        left = self._throttling.admit(caller, route.operation, request.params, request.query)
        self._lose_page(route.operation, request)
        response = route.handler(self._tenant, request)
        response.headers |= left
        await asyncio.sleep(response.takes.total_seconds())
        return response

    def _lose_page(self, operation: str, request: GraphRequest) -> None:
        """Forget now and then what page of the directory is next."""
        every = self._tenant.traits.lostpages
        if every is None or request.option("$skiptoken") is None:
            return
        if service_of(operation) is Service.DIRECTORY:
            self._next_pages += 1
            if self._next_pages % every == 0:
                raise bad_request(
                    "The specified page token value has expired and can no longer be included in"
                    " your request.",
                    "Directory_ExpiredPageToken",
                )

    async def _batch(self, request: GraphRequest) -> GraphResponse:
        if request.method != "POST":
            raise GraphError(HTTPStatus.METHOD_NOT_ALLOWED, "BadRequest", "Use POST for a batch.")
        if not isinstance(request.body, dict):
            raise bad_request("Invalid batch payload format.", "BadRequest")
        return await run_batch(request, self.answer, fails=self._tenant.traits.batchfails)

    def _record(self, request: GraphRequest, response: GraphResponse) -> None:
        if not self._tenant.exchanges.enabled:
            return
        self._tenant.exchanges.record(
            Exchange(
                method=request.method,
                url=request.url,
                request_body=_copy(request.body),
                status=int(response.status),
                response_body=_copy(response.body),
                client_request_id=request.headers.get("client-request-id", ""),
            )
        )


def _copy(body: Any) -> Any:
    """Copy a JSON body, since handlers hand out parts of the state."""
    if isinstance(body, dict):
        return {key: _copy(value) for key, value in body.items()}
    return [_copy(value) for value in body] if isinstance(body, list) else body
