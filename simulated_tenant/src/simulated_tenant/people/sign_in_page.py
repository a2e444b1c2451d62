"""The page on which people sign in to the portal: they pick who they are."""

from http import HTTPStatus
from urllib.parse import urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from simulated_tenant.directory.users import User
from simulated_tenant.entra.oauth_errors import OAuthError
from simulated_tenant.people.pages import is_found
from simulated_tenant.people.paging import PER_PAGE
from simulated_tenant.people.rendering import Renderer
from simulated_tenant.tenant import SimulatedTenant

# No parameter of the protocol has this name.
SEARCH = "find"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SignInPage:
    """Entra ID's authorize and logout endpoints."""

    def __init__(self, tenant: SimulatedTenant, renderer: Renderer) -> None:
        """Serve one tenant."""
        self._tenant = tenant
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the endpoints' routes."""
        return [
            Route("/{tenant}/oauth2/v2.0/authorize", self.show),
            Route("/{tenant}/oauth2/v2.0/authorize", self.accept, methods=["POST"]),
            Route("/{tenant}/oauth2/v2.0/logout", self.leave),
        ]

    async def show(self, request: Request) -> Response:
        """``GET …/authorize``: who could sign in, those with a role in the app first."""
        try:
            app = self._tenant.sign_ins.check(request.query_params)
        except OAuthError as error:
            return self._refused(error)
        if request.query_params.get("prompt") == "none":
            return self._without_questions(request)
        wanted = request.query_params.get(SEARCH, "").strip().casefold()
        users = [
            user
            for user in self._tenant.users
            if user.account_enabled and (not wanted or is_found(user, wanted))
        ]
        users.sort(key=lambda user: (user.id not in app.user_roles, user.display_name.casefold()))
        asked = {name: value for name, value in request.query_params.items() if name != SEARCH}
        return self._renderer.page(
            "sign_in.html",
            section="",
            app=app,
            users=users[:PER_PAGE],
            others=max(0, len(users) - PER_PAGE),
            wanted=wanted,
            search=SEARCH,
            asked=asked,
            query=urlencode(asked),
        )

    async def accept(self, request: Request) -> Response:
        """``POST …/authorize``: the chosen person goes back to the app with a code."""
        form = await request.form()
        user = self._tenant.users.find(str(form.get("user", "")))
        if user is None or not user.account_enabled:
            return self._renderer.not_found("person")
        try:
            return self._redirected(request, user)
        except OAuthError as error:
            return self._refused(error)

    async def leave(self, request: Request) -> Response:
        """``GET …/logout``: there is no session here; a loopback address may be next."""
        target = request.query_params.get("post_logout_redirect_uri", "/")
        parts = urlsplit(target)
        if parts.hostname in _LOOPBACK and parts.scheme in {"http", "https"}:
            return RedirectResponse(target, status_code=HTTPStatus.SEE_OTHER)
        return RedirectResponse("/", status_code=HTTPStatus.SEE_OTHER)

    def _without_questions(self, request: Request) -> Response:
        """Sign in whom the app names, as long as they could; else the app learns that it can't."""
        user = self._tenant.users.find(request.query_params.get("login_hint", ""))
        if user is not None and user.account_enabled:
            return self._redirected(request, user)
        answer = {
            "error": "login_required",
            "error_description": "AADSTS50058: A silent sign-in request was sent but no user is "
            "signed in.",
            "state": request.query_params.get("state", ""),
        }
        parts = urlsplit(request.query_params["redirect_uri"])._replace(query=urlencode(answer))
        return RedirectResponse(urlunsplit(parts), status_code=HTTPStatus.SEE_OTHER)

    def _redirected(self, request: Request, user: User) -> Response:
        """Send the browser back by the response mode that was asked for.

        ``form_post`` shows a page with a button, since there is no script to press it.
        """
        target = request.query_params["redirect_uri"]
        answer = self._tenant.sign_ins.accept(request.query_params, user)
        if request.query_params.get("response_mode") == "form_post":
            return self._renderer.page(
                "signed_in.html", section="", target=target, answer=answer, user=user
            )
        parts = urlsplit(target)._replace(query=urlencode(answer))
        return RedirectResponse(urlunsplit(parts), status_code=HTTPStatus.SEE_OTHER)

    def _refused(self, error: OAuthError) -> Response:
        return JSONResponse(error.body(self._tenant.clock), status_code=error.status)
