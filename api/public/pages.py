"""Renders the public pages in the reader's language: one method a page, each with its status."""

from collections.abc import Callable, Hashable, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from cachetools import LRUCache
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from starlette.requests import HTTPConnection

from domain.mail.content import Branding
from domain.mail.languages import accepted_language, known_language
from templates.authenticator import STORES
from templates.catalogue import in_seconds
from templates.colours import text_on
from templates.markup import HtmlVoice
from templates.rendering import environment
from templates.words import Words, brand_values, deadline_key, deadline_values, telephone_url

COUNTDOWN_SECONDS = 10
_MOST_RENDERED = 256
_ANY_GUID = str(UUID(int=0))
ADDRESS_EXAMPLE = "name@company.com"
# The countdown's script finds it by its class.
_SECONDS = Markup('<strong class="seconds">{}</strong>')

Problem = Literal["missing", "implausible"]
"""What was wrong with an address: a key of the form's sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The pages in one organisation's looks; none holds a name, an address or a state detail.

    ``root_path`` stands before each of our own links. ``rendered`` keeps the pages that are the
    same for everybody.
    """

    branding: Branding
    root_path: str
    setup_url: str
    today: Callable[[], date]
    deadline: date | None = None
    rendered: MutableMapping[Hashable, str] = field(
        default_factory=lambda: LRUCache(_MOST_RENDERED), compare=False, repr=False
    )

    def of(self, request: HTTPConnection, language: str | None = None) -> "PagesInLanguage":
        """Return the pages for whoever asks.

        They are in the language of their enrolment, else in the one that their browser ranks
        highest, else in the organisation's.
        """
        return self.in_language(
            known_language(language)
            or accepted_language(request.headers.get("accept-language"))
            or self.branding.default_language
        )

    def in_language(self, language: str) -> "PagesInLanguage":
        """Return the pages in one language."""
        return PagesInLanguage(pages=self, language=language)

    def icon(self) -> str:
        """Return the icon of the browser's tab as SVG: a shield in the brand's colour."""
        return environment().get_template("pages/icon.svg").render(**self.looks())

    def looks(self) -> dict[str, object]:
        """Return what templates show of the organisation in every language."""
        branding = self.branding
        return {
            "branding": branding,
            "monogram": _monogram(branding.company_name),
            "on_brand": text_on(branding.primary_colour),
            "root": self.root_path,
            "setup_url": self.setup_url,
            "telephone_url": telephone_url(branding.support_phone or ""),
            "stores": STORES,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesInLanguage:
    """The pages in one language."""

    pages: Pages
    language: str

    def landing(self, token: str) -> HTMLResponse:
        """Return the page that a mail's link opens: an explanation and one button."""
        # The token is a GUID, which needs no escapes.
        html = self._common("landing", token=_ANY_GUID)
        return self._response(html.replace(_ANY_GUID, token), HTTPStatus.OK)

    def enrolment_started(self) -> HTMLResponse:
        """Return *MFA Enrolment Started*, green, which counts down to the setup page."""
        return self._page("enrolment_started", seconds=COUNTDOWN_SECONDS)

    def click_saved(self) -> HTMLResponse:
        """Return *Your Click Is Saved*, for a link of which nobody can say now whose it is."""
        return self._page("click_saved", HTTPStatus.ACCEPTED)

    def already_registered(self) -> HTMLResponse:
        """Return *Already Registered*, green: the same whether clicked or active."""
        return self._page("already_registered")

    def invalid_link(self) -> HTMLResponse:
        """Return *Invalid Link*, red, for a link without a token or with a broken one."""
        return self._page("invalid_link", HTTPStatus.BAD_REQUEST)

    def link_not_recognised(self) -> HTMLResponse:
        """Return *Link Not Recognised*, orange, for a token that leads to no open enrolment."""
        return self._page("link_not_recognised", HTTPStatus.NOT_FOUND)

    def too_many_unknown_links(self) -> HTMLResponse:
        """Return *Link Not Recognised* for a client that tries one unknown token after another."""
        page = self._page("link_not_recognised", HTTPStatus.TOO_MANY_REQUESTS)
        page.headers["Retry-After"] = "60"
        return page

    def error(self, reference: str) -> HTMLResponse:
        """Return *Error*, red, with the number under which the failure is logged."""
        html = self._render("error", reference=reference)
        return self._response(html, HTTPStatus.INTERNAL_SERVER_ERROR)

    def page_not_found(self) -> HTMLResponse:
        """Return the page for a path that we don't serve."""
        return self._page("page_not_found", HTTPStatus.NOT_FOUND)

    def method_not_allowed(self, allowed: Sequence[str]) -> HTMLResponse:
        """Return the page for a method that a path doesn't know."""
        page = self._page("method_not_allowed", HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = ", ".join(allowed)
        return page

    def resend_form(self, status: HTTPStatus = HTTPStatus.OK) -> HTMLResponse:
        """Return the form that asks for an address."""
        return self._page("resend_form", status, problem=None)

    def resend_form_again(self, problem: Problem) -> HTMLResponse:
        """Return the form again, with what was wrong; what was typed isn't shown again."""
        return self._page("resend_form", HTTPStatus.BAD_REQUEST, problem=problem)

    def resend_sent(self) -> HTMLResponse:
        """Return the one answer to every plausible address."""
        return self._page("resend_sent")

    def _page(
        self, name: str, status: HTTPStatus = HTTPStatus.OK, **values: Hashable
    ) -> HTMLResponse:
        """Return a page that is the same for everybody."""
        return self._response(self._common(name, **values), status)

    def _common(self, name: str, **values: Hashable) -> str:
        """Render a page once for all readers of a language, and of a day."""
        day = self.pages.today() if self.pages.deadline is not None else None
        key = (name, self.language, day, *values.items())
        html = self.pages.rendered.get(key)
        if html is None:
            html = self.pages.rendered[key] = self._render(name, **values)
        return html

    def _response(self, html: str, status: HTTPStatus) -> HTMLResponse:
        headers = {"Content-Language": self.language, "Vary": "Accept-Language"}
        return HTMLResponse(html, status_code=status, headers=headers)

    def _render(self, name: str, **values: object) -> str:
        """Render a template with the sentences of the catalogue's section of the same name."""
        words, deadline = self._words(), self.pages.deadline
        return (
            environment()
            .get_template(f"pages/{name}.html")
            .render(
                **self.pages.looks(),
                page=name,
                language=self.language,
                direction=words.direction,
                say=words.say,
                say_all=words.say_all,
                deadline_key=deadline and deadline_key(deadline, self.pages.today()),
                **values,
            )
        )

    def _words(self) -> Words:
        pages, voice = self.pages, HtmlVoice()
        values = brand_values(pages.branding, pages.setup_url, voice) | {
            "in_seconds": _SECONDS.format(in_seconds(self.language, COUNTDOWN_SECONDS)),
            "example": voice.number(ADDRESS_EXAMPLE),
        }
        if pages.deadline is not None:
            values |= deadline_values(self.language, pages.deadline, pages.today(), voice)
        return Words(language=self.language, voice=voice, values=values)


def _monogram(company_name: str) -> str:
    initials = [word[0] for word in company_name.split() if word[0].isalnum()]
    return "".join(initials[:2]).upper() or "?"
