"""Renders the public pages: one method a page, each with its status."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse

from domain.mail.content import Branding
from templates.colours import text_on
from templates.rendering import environment

COUNTDOWN_SECONDS = 10


class Pages:
    """The pages in one organisation's looks; none holds a name, an address or a state detail."""

    def __init__(self, *, branding: Branding, root_path: str, setup_url: str) -> None:
        """Keep what every page shows; ``root_path`` stands before each of our own links."""
        setup = urlsplit(setup_url)
        self._shared = {
            "branding": branding,
            "monogram": _monogram(branding.company_name),
            "on_brand": text_on(branding.primary_colour),
            "root": root_path,
            "setup_url": setup_url,
            "setup_address": setup.netloc + setup.path.rstrip("/"),
        }

    def landing(self, token: str) -> HTMLResponse:
        """Return the page that a mail's link opens: an explanation and one button."""
        return self._page("landing.html", token=token)

    def enrolment_started(self) -> HTMLResponse:
        """Return *MFA Enrolment Started*, green, which counts down to the setup page."""
        return self._page("enrolment_started.html", seconds=COUNTDOWN_SECONDS)

    def click_saved(self) -> HTMLResponse:
        """Return *Your Click Is Saved*, for a link of which nobody can say now whose it is."""
        return self._page("click_saved.html", HTTPStatus.ACCEPTED)

    def already_registered(self) -> HTMLResponse:
        """Return *Already Registered*, green: the same whether clicked or active."""
        return self._page("already_registered.html")

    def invalid_link(self) -> HTMLResponse:
        """Return *Invalid Link*, red, for a link without a token or with a broken one."""
        return self._page("invalid_link.html", HTTPStatus.BAD_REQUEST)

    def link_not_recognised(self) -> HTMLResponse:
        """Return *Link Not Recognised*, orange, for a token that leads to no open enrolment."""
        return self._page("link_not_recognised.html", HTTPStatus.NOT_FOUND)

    def too_many_unknown_links(self) -> HTMLResponse:
        """Return *Link Not Recognised* for a client that tries one unknown token after another."""
        page = self._page("link_not_recognised.html", HTTPStatus.TOO_MANY_REQUESTS)
        page.headers["Retry-After"] = "60"
        return page

    def error(self, reference: str) -> HTMLResponse:
        """Return *Error*, red, with the number under which the failure is logged."""
        return self._page("error.html", HTTPStatus.INTERNAL_SERVER_ERROR, reference=reference)

    def page_not_found(self) -> HTMLResponse:
        """Return the page for a path that we don't serve."""
        return self._page("page_not_found.html", HTTPStatus.NOT_FOUND)

    def method_not_allowed(self, allowed: Sequence[str]) -> HTMLResponse:
        """Return the page for a method that a path doesn't know."""
        page = self._page("method_not_allowed.html", HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = ", ".join(allowed)
        return page

    def resend_form(self) -> HTMLResponse:
        """Return the form that asks for an address."""
        return self._page("resend_form.html", problem=None)

    def resend_form_again(self, problem: str) -> HTMLResponse:
        """Return the form again, with what was wrong; what was typed isn't shown again."""
        return self._page("resend_form.html", HTTPStatus.BAD_REQUEST, problem=problem)

    def resend_sent(self) -> HTMLResponse:
        """Return the one answer to every plausible address."""
        return self._page("resend_sent.html")

    def icon(self) -> str:
        """Return the icon of the browser's tab as SVG: a shield in the brand's colour."""
        return environment().get_template("pages/icon.svg").render(**self._shared)

    def _page(
        self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object
    ) -> HTMLResponse:
        html = environment().get_template(f"pages/{template}").render(**self._shared, **values)
        return HTMLResponse(html, status_code=status)


def _monogram(company_name: str) -> str:
    initials = [word[0] for word in company_name.split() if word[0].isalnum()]
    return "".join(initials[:2]).upper() or "?"
