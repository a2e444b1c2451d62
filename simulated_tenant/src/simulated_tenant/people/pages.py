"""The overview, the tracking list, groups, and the page where people register a method."""

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulated_tenant.directory.users import User
from simulated_tenant.people.rendering import Renderer
from simulated_tenant.personas.cast import Cast
from simulated_tenant.tenant import SimulatedTenant

METHOD_NAMES = {
    "microsoftAuthenticator": "Microsoft Authenticator",
    "phone": "Phone",
    "softwareOath": "Authenticator app (code)",
    "fido2": "Security key",
    "windowsHelloForBusiness": "Windows Hello for Business",
    "platformCredential": "Platform credential (Mac)",
    "external": "External method",
    "temporaryAccessPass": "Temporary access pass",
    "email": "Email",
    "qrCodePin": "QR code",
    "password": "Password",
}
_OFFERED = ("microsoftAuthenticator", "phone", "fido2", "softwareOath")


class Pages:
    """Pages about people, groups and lists."""

    def __init__(self, tenant: SimulatedTenant, renderer: Renderer, cast: Cast | None) -> None:
        """Serve one tenant."""
        self._tenant = tenant
        self._renderer = renderer
        self._cast = cast

    def routes(self) -> list[Route]:
        """Return the pages' routes."""
        return [
            Route("/", self.show_overview),
            Route("/list", self.show_list),
            Route("/group", self.show_groups),
            Route("/security-info", self.show_security_info),
            Route("/security-info", self.register, methods=["POST"]),
        ]

    async def show_overview(self, _request: Request) -> Response:
        """``GET /``: what is here, and who acts."""
        tenant = self._tenant
        lists = [found for site in tenant.sites.all() for found in tenant.sites.lists(site.id)]
        return self._renderer.page(
            "overview.html",
            section="overview",
            users=len(tenant.users),
            registered=sum(_is_registered(user) for user in tenant.users),
            mails=sum(message.folder == "sentitems" for message in tenant.mailboxes.all()),
            rows=sum(1 for found in lists for _ in found.items()),
            members=sum(len(tenant.members(group.id)) for group in tenant.groups.all()),
            people=self._cast.state() if self._cast is not None else [],
        )

    async def show_list(self, _request: Request) -> Response:
        """``GET /list``: the lists as SharePoint would show them, read-only."""
        shown: list[dict[str, Any]] = []
        for site in self._tenant.sites.all():
            for found in self._tenant.sites.lists(site.id):
                columns = [one for one in found.definition.columns if not one.read_only]
                rows = [item.fields for item in found.items()]
                shown.append({"name": found.definition.name, "columns": columns, "rows": rows})
        return self._renderer.page("list.html", section="list", lists=shown)

    async def show_groups(self, _request: Request) -> Response:
        """``GET /group``: every group with its members."""
        shown = [
            {
                "group": group,
                "members": [
                    user
                    for member_id in self._tenant.members(group.id)
                    if (user := self._tenant.users.find(member_id)) is not None
                ],
            }
            for group in self._tenant.groups.all()
        ]
        return self._renderer.page("group.html", section="group", groups=shown)

    async def show_security_info(self, request: Request) -> Response:
        """``GET /security-info?user=…``: pick a person, see and add sign-in methods."""
        key = request.query_params.get("user", "")
        user = self._tenant.users.find(key)
        if key and user is None:
            return self._renderer.not_found("person")
        everybody = sorted(self._tenant.users, key=lambda one: one.display_name.casefold())
        return self._renderer.page(
            "security_info.html",
            section="security-info",
            user=user,
            everybody=everybody,
            offered=[(name, METHOD_NAMES[name]) for name in _OFFERED],
            names=METHOD_NAMES,
            registered=_is_registered,
        )

    async def register(self, request: Request) -> Response:
        """``POST /security-info``: the button that registers a method."""
        form = await request.form()
        user = self._tenant.users.find(str(form.get("user", "")))
        method = str(form.get("method", ""))
        if user is None or method not in _OFFERED:
            return self._renderer.not_found("person")
        self._tenant.register_method(user.id, method)
        address = request.url_for("show_security_info").include_query_params(
            user=user.user_principal_name
        )
        return RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER)


def _is_registered(user: User) -> bool:
    return any(method.reported_as is not None for method in user.methods)
