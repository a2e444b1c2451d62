"""The http side of the tenant as one ASGI app: pages, sign-in, control API."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from simulated_tenant.control.app import control_routes
from simulated_tenant.people.device_login_page import DeviceLoginPage
from simulated_tenant.people.list_page import ListPage
from simulated_tenant.people.mail_pages import MailPages
from simulated_tenant.people.pages import Pages
from simulated_tenant.people.rendering import STATIC, Renderer
from simulated_tenant.people.sign_in_page import SignInPage
from simulated_tenant.personas.cast import Cast
from simulated_tenant.tenant import SimulatedTenant


def create_people_app(tenant: SimulatedTenant, cast: Cast | None = None) -> Starlette:
    """Build the app for browsers and for the control of the tenant.

    The control API needs no login: whoever reaches this port owns the tenant.
    """
    renderer = Renderer(tenant)
    routes = [
        *Pages(tenant, renderer, cast).routes(),
        *ListPage(tenant, renderer).routes(),
        *MailPages(tenant, renderer).routes(),
        Mount("/control", routes=control_routes(tenant, cast)),
        Mount("/static", app=StaticFiles(directory=STATIC)),
        *SignInPage(tenant, renderer).routes(),
        *DeviceLoginPage(tenant, renderer).routes(),
    ]

    async def missing(_request: Request, _error: Exception) -> Response:
        return renderer.not_found("page")

    return Starlette(routes=routes, exception_handlers={HTTPStatus.NOT_FOUND: missing})
