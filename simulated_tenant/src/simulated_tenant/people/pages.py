"""The overview, groups, and the page where people register a method."""

from collections.abc import Sequence
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulated_tenant.directory.users import User
from simulated_tenant.people.paging import page_of
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
    """Pages about people and groups."""

    def __init__(self, tenant: SimulatedTenant, renderer: Renderer, cast: Cast | None) -> None:
        """Serve one tenant."""
        self._tenant = tenant
        self._renderer = renderer
        self._cast = cast

    def routes(self) -> list[Route]:
        """Return the pages' routes."""
        return [
            Route("/", self.show_overview),
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

    async def show_groups(self, request: Request) -> Response:
        """``GET /group``: every group, and the members of one, page by page."""
        groups = {group.id: group for group in self._tenant.groups.all()}
        shown = groups.get(request.query_params.get("group", ""), next(iter(groups.values()), None))
        members = [] if shown is None else self._tenant.members(shown.id)
        users = [user for one in members if (user := self._tenant.users.find(one)) is not None]
        return self._renderer.page(
            "group.html",
            section="group",
            groups=list(groups.values()),
            sizes={group_id: len(self._tenant.members(group_id)) for group_id in groups},
            shown=shown,
            view=page_of(_matching(users, request), request),
        )

    async def show_security_info(self, request: Request) -> Response:
        """``GET /security-info?user=…``: pick a person, see and add sign-in methods."""
        key = request.query_params.get("user", "")
        user = self._tenant.users.find(key)
        if key and user is None:
            return self._renderer.not_found("person")
        everybody = sorted(self._tenant.users, key=lambda one: one.display_name.casefold())
        view = page_of(_matching(everybody, request), request)
        return self._renderer.page(
            "security_info.html",
            section="security-info",
            user=user,
            view=view,
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


def _matching(users: Sequence[User], request: Request) -> list[User]:
    """Return the users whom a request looks for by name or address, all where it looks for none."""
    wanted = request.query_params.get("q", "").strip().casefold()
    return [user for user in users if not wanted or is_found(user, wanted)]


def is_found(user: User, wanted: str) -> bool:
    """Return True if a text, in small letters, is part of a user's name or address."""
    texts = (user.display_name, user.user_principal_name, user.mail or "")
    return any(wanted in text.casefold() for text in texts)


def _is_registered(user: User) -> bool:
    return any(method.reported_as is not None for method in user.methods)
