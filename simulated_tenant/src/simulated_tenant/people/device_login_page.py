"""The page into which people type the code that a device shows."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulated_tenant.people.rendering import Renderer
from simulated_tenant.tenant import SimulatedTenant


class DeviceLoginPage:
    """Entra ID's ``microsoft.com/devicelogin``."""

    def __init__(self, tenant: SimulatedTenant, renderer: Renderer) -> None:
        """Serve one tenant."""
        self._tenant = tenant
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the page's routes."""
        return [
            Route("/devicelogin", self.show),
            Route("/devicelogin", self.accept, methods=["POST"]),
        ]

    async def show(self, _request: Request) -> Response:
        """``GET /devicelogin``: who could sign in, and where the code goes."""
        return self._page(None)

    async def accept(self, request: Request) -> Response:
        """``POST /devicelogin``: the code is somebody's from now on, unless it is refused."""
        form = await request.form()
        code = self._tenant.device_codes.find(str(form.get("code", "")))
        user = self._tenant.users.find(str(form.get("user", "")))
        if code is None or user is None or not user.account_enabled:
            return self._page("That code didn't work. Check the code and try again.")
        if self._tenant.traits.nodevicecode:
            # What Conditional Access says here; the app that waits is told nothing.
            return self._page(
                "You don't have access to this. Your sign-in was successful but does not meet the"
                " criteria to access this resource. Error Code: 53003",
                HTTPStatus.FORBIDDEN,
            )
        code.user_id = user.id
        return self._page("You have signed in. You may now close this window.")

    def _page(self, message: str | None, status: int = HTTPStatus.OK) -> Response:
        users = [user for user in self._tenant.users if user.account_enabled]
        response = self._renderer.page(
            "device_login.html", section="", message=message, users=users
        )
        response.status_code = int(status)
        return response
