"""The pages' form: branded, safe, readable by people and by screen readers."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import Request
from fastapi.responses import HTMLResponse
from temporalio.client import Client

from api.headers import CONTENT_SECURITY_POLICY
from api.public.pages import Pages, PagesInLanguage
from domain.mail.content import Branding, Logo
from domain.mail.languages import LANGUAGES
from templates.authenticator import STORES
from tests.api.running import BRANDING, SETUP_URL, Api, running_api

TODAY = date(2026, 11, 26)
DEADLINE = date(2026, 12, 1)

ALL: dict[str, Callable[[PagesInLanguage], HTMLResponse]] = {
    "landing": lambda pages: pages.landing(str(uuid4())),
    "started": PagesInLanguage.enrolment_started,
    "saved": PagesInLanguage.click_saved,
    "already": PagesInLanguage.already_registered,
    "invalid": PagesInLanguage.invalid_link,
    "not recognised": PagesInLanguage.link_not_recognised,
    "too many": PagesInLanguage.too_many_unknown_links,
    "error": lambda pages: pages.error("4F3A9C21"),
    "not found": PagesInLanguage.page_not_found,
    "method": lambda pages: pages.method_not_allowed(["GET"]),
    "form": PagesInLanguage.resend_form,
    "form again": lambda pages: pages.resend_form_again("implausible"),
    "sent": PagesInLanguage.resend_sent,
}
LOGO = Logo(content_type="image/gif", content=b"GIF89a", width=10, height=10)
STORE_URLS = {store.url for store in STORES}
every_page = pytest.mark.parametrize("page", ALL.values(), ids=ALL)


class Outline(HTMLParser):
    """Collects the elements and attributes of a page."""

    def __init__(self, html: str) -> None:
        """Read a page."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def count(self, tag: str) -> int:
        """Count the elements of a name."""
        return sum(name == tag for name, _ in self.elements)


def pages_of(branding: Branding = BRANDING, *, deadline: date | None = DEADLINE) -> Pages:
    """Return the pages of an organisation on one certain day."""
    return Pages(
        branding=branding,
        root_path="/mfa",
        setup_url=SETUP_URL,
        deadline=deadline,
        today=lambda: TODAY,
    )


def rendered(
    page: Callable[[PagesInLanguage], HTMLResponse],
    branding: Branding = BRANDING,
    language: str = "en",
    **changes: Any,
) -> str:
    """Return a page's HTML."""
    return bytes(page(pages_of(branding, **changes).in_language(language)).body).decode()


@every_page
def test_structure(page: Callable[[PagesInLanguage], HTMLResponse]) -> None:
    """Each page has its language, one heading, landmarks and the support contact, in all nine."""
    for language in LANGUAGES:
        response = page(pages_of().in_language(language))
        assert response.headers["content-language"] == language
        assert response.headers["vary"] == "Accept-Language"
        outline = Outline(bytes(response.body).decode())
        _check(outline, language)


def _check(outline: Outline, language: str) -> None:
    direction = "rtl" if language == "ar" else "ltr"
    assert ("html", {"lang": language, "dir": direction}) in outline.elements
    for tag in ("h1", "main", "header", "footer", "title"):
        assert outline.count(tag) == 1, tag
    assert ("meta", {"name": "robots", "content": "noindex, nofollow"}) in outline.elements
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in outline.elements
    assert ("a", {"href": "mailto:help@contoso.example"}) in outline.elements
    assert ("a", {"href": "tel:+4930123"}) in outline.elements


@every_page
def test_nothing_that_the_policy_forbids(page: Callable[[PagesInLanguage], HTMLResponse]) -> None:
    """No page holds a style, a script or a handler of its own, or anything of another host."""
    for tag, attributes in Outline(rendered(page)).elements:
        assert tag not in {"style", "iframe", "object", "base"}
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        if tag in {"script", "link"}:
            assert str(attributes.get("src") or attributes.get("href")).startswith("/mfa/static/")
        if tag == "form":
            assert str(attributes["action"]).startswith("/mfa/api/")


@every_page
def test_branding_is_escaped(page: Callable[[PagesInLanguage], HTMLResponse]) -> None:
    """What an organisation is called can't become markup."""
    branding = Branding(
        company_name='"><script>x</script>', support_team="<i>IT</i>", support_email="a@b.example"
    )
    html = rendered(page, branding)
    assert "<script>x" not in html
    assert "<i>IT" not in html


def test_logo() -> None:
    """A logo stands in for the monogram, and its text is the company's name."""
    branding = Branding(
        company_name="Contoso",
        support_team="IT",
        support_email="a@b.example",
        logo=LOGO,
    )
    html = rendered(PagesInLanguage.resend_sent, branding)
    assert 'src="/mfa/static/logo" alt="Contoso"' in html
    assert "monogram" not in html
    assert "tel:" not in html


@pytest.mark.parametrize(
    ("page", "status", "title", "tone"),
    [
        (PagesInLanguage.enrolment_started, 200, "MFA Enrolment Started", "success"),
        (PagesInLanguage.already_registered, 200, "Already Registered", "success"),
        (PagesInLanguage.invalid_link, 400, "Invalid Link", "failure"),
        (PagesInLanguage.link_not_recognised, 404, "Link Not Recognised", "warning"),
        (lambda pages: pages.error("1"), 500, "Error", "failure"),
    ],
)
def test_five_pages(
    page: Callable[[PagesInLanguage], HTMLResponse], status: int, title: str, tone: str
) -> None:
    """The five pages of the original have its titles and colours, an icon and words beside."""
    html = rendered(page)
    assert page(pages_of().in_language("en")).status_code == status
    assert f"<h1>{title}</h1>" in html
    assert f"<title>{title} · Contoso &amp; Sons</title>" in html
    assert f"tone-{tone}" in html
    assert re.search(r'<p class="band">\s*<svg', html)
    assert re.search(r'<p class="band">.*?<span>[^<]+</span>', html, re.DOTALL)


@pytest.mark.wording
@pytest.mark.parametrize(
    ("days", "said"),
    [
        (5, "is <strong>Tuesday 1 December 2026</strong>, in 5 days."),
        (1, "is tomorrow, <strong>Friday 27 November 2026</strong>."),
        (0, "is today, <strong>Thursday 26 November 2026</strong>."),
        (-3, "has passed: it was <strong>Monday 23 November 2026</strong>."),
    ],
)
def test_the_landing_page_tells_the_deadline(days: int, said: str) -> None:
    """It says in how many days it is, and one that has passed is told as past."""
    html = rendered(ALL["landing"], deadline=TODAY + timedelta(days=days))
    assert f"The deadline for everyone at <bdi>Contoso &amp; Sons</bdi> {said}" in html
    assert "deadline" not in rendered(ALL["landing"], deadline=None)


@pytest.mark.parametrize("name", ["landing", "started", "already"])
def test_the_app_can_be_scanned(name: str) -> None:
    """Who is about to register finds the app's two stores, as codes and as links."""
    elements = Outline(rendered(ALL[name])).elements
    codes = [attributes for _, attributes in elements if attributes.get("class") == "code"]
    links = [attributes["href"] for tag, attributes in elements if tag == "a"]
    assert [code.get("role") for code in codes] == ["img", "img"]
    assert all(code.get("aria-label") for code in codes)
    assert [store.url for store in STORES] == [link for link in links if link in STORE_URLS]


@pytest.mark.wording
@pytest.mark.parametrize(
    ("accepted", "heading"),
    [
        ("de-CH,de;q=0.9,en;q=0.5", "Neuen Einrichtungslink anfordern"),
        ("zh-CN,zh", "Get a New Setup Link"),
        ("ar", "طلب رابط إعداد جديد"),
        (None, "Get a New Setup Link"),
    ],
)
async def test_a_page_without_a_person_is_in_the_browsers_language(
    api: Api, accepted: str | None, heading: str
) -> None:
    """The form, and what is said about a wrong address, follow Accept-Language."""
    headers = {"Accept-Language": accepted} if accepted else {}
    page = await api.http.get("/api/resend", headers=headers)
    again = await api.http.post("/api/resend", data={"email": "x"}, headers=headers)
    for answer in (page, again):
        assert f"<h1>{heading}</h1>" in answer.text
        assert answer.headers["vary"] == "Accept-Language"
    missing = await api.http.get("/nothing", headers=headers)
    assert missing.headers["content-language"] == page.headers["content-language"]


def test_the_organisations_language_is_the_last_resort() -> None:
    """DEFAULT_LANGUAGE stands where neither the enrolment nor the browser names one of ours."""
    pages = pages_of(replace(BRANDING, default_language="nl"))

    def asked(accepted: str, enrolment: str | None = None) -> str:
        headers = [(b"accept-language", accepted.encode())]
        request = Request({"type": "http", "headers": headers})
        return pages.of(request, enrolment).language

    assert asked("zh-CN") == "nl"
    assert asked("it, en;q=0.5") == "it"
    assert asked("it", "pl-PL") == "pl"
    assert asked("it", "zh-CN") == "it"


async def test_the_logo_is_served(client: Client, tmp_path: Path) -> None:
    """It comes from the API itself: nothing of a page is loaded from elsewhere."""
    async with running_api(client, tmp_path, branding=replace(BRANDING, logo=LOGO)) as api:
        answer = await api.http.get("/static/logo")
    assert (answer.content, answer.headers["content-type"]) == (LOGO.content, "image/gif")


PATHS = [
    "/api/enrol",
    "/api/enrol?token=00000000-0000-4000-8000-000000000000",
    "/api/resend",
    "/api/track-open",
    "/static/pages.css",
    "/healthz",
    "/nothing",
]


@pytest.mark.parametrize("path", PATHS)
async def test_headers(api: Api, path: str) -> None:
    """Every answer carries the security headers."""
    headers = (await api.http.get(path)).headers

    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert headers["strict-transport-security"] == "max-age=31536000"
    static = path.startswith("/static/")
    assert headers["cache-control"] == ("public, max-age=3600" if static else "no-store")
    assert "set-cookie" not in headers


async def test_plain_http_promises_no_https(client: Client, tmp_path: Path) -> None:
    """Where the public doesn't come by https, browsers aren't told to insist on it."""
    async with running_api(client, tmp_path, public_base_url="http://127.0.0.1:8080") as api:
        headers = (await api.http.get("/api/resend")).headers
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("pages.css", "text/css"),
        ("brand.css", "text/css"),
        ("countdown.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
    ],
)
async def test_static_files(api: Api, name: str, media_type: str) -> None:
    """What the pages refer to is served, with a type that browsers accept under nosniff."""
    answer = await api.http.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.text.strip()
