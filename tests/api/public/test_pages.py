"""The pages' form: branded, safe, readable by people and by screen readers."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.responses import HTMLResponse
from temporalio.client import Client

from api.headers import CONTENT_SECURITY_POLICY
from api.public.pages import Pages
from domain.mail.content import Branding
from tests.api.running import BRANDING, SETUP_URL, Api, running_api

ALL: dict[str, Callable[[Pages], HTMLResponse]] = {
    "landing": lambda pages: pages.landing(str(uuid4())),
    "started": Pages.enrolment_started,
    "saved": Pages.click_saved,
    "already": Pages.already_registered,
    "invalid": Pages.invalid_link,
    "not recognised": Pages.link_not_recognised,
    "too many": Pages.too_many_unknown_links,
    "error": lambda pages: pages.error("4F3A9C21"),
    "not found": Pages.page_not_found,
    "method": lambda pages: pages.method_not_allowed(["GET"]),
    "form": Pages.resend_form,
    "form again": lambda pages: pages.resend_form_again("Please enter your address."),
    "sent": Pages.resend_sent,
}
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


def rendered(page: Callable[[Pages], HTMLResponse], branding: Branding = BRANDING) -> str:
    """Return a page's HTML."""
    pages = Pages(branding=branding, root_path="/mfa", setup_url=SETUP_URL)
    return bytes(page(pages).body).decode()


@every_page
def test_structure(page: Callable[[Pages], HTMLResponse]) -> None:
    """Each page has a language, one heading, landmarks and the support contact."""
    outline = Outline(rendered(page))

    assert ("html", {"lang": "en"}) in outline.elements
    for tag in ("h1", "main", "header", "footer", "title"):
        assert outline.count(tag) == 1, tag
    assert ("meta", {"name": "robots", "content": "noindex, nofollow"}) in outline.elements
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in outline.elements
    assert ("a", {"href": "mailto:help@contoso.example"}) in outline.elements
    assert ("a", {"href": "tel:+4930123"}) in outline.elements


@every_page
def test_nothing_that_the_policy_forbids(page: Callable[[Pages], HTMLResponse]) -> None:
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
def test_branding_is_escaped(page: Callable[[Pages], HTMLResponse]) -> None:
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
        logo_url="https://cdn.contoso.example/logo.svg",
    )
    html = rendered(Pages.resend_sent, branding)
    assert 'src="https://cdn.contoso.example/logo.svg" alt="Contoso"' in html
    assert "monogram" not in html
    assert "tel:" not in html


@pytest.mark.parametrize(
    ("page", "status", "title", "tone"),
    [
        (Pages.enrolment_started, 200, "MFA Enrolment Started", "success"),
        (Pages.already_registered, 200, "Already Registered", "success"),
        (Pages.invalid_link, 400, "Invalid Link", "failure"),
        (Pages.link_not_recognised, 404, "Link Not Recognised", "warning"),
        (lambda pages: pages.error("1"), 500, "Error", "failure"),
    ],
)
def test_five_pages(
    page: Callable[[Pages], HTMLResponse], status: int, title: str, tone: str
) -> None:
    """The five pages of the original have its titles and colours, an icon and words beside."""
    html = rendered(page)
    assert page(Pages(branding=BRANDING, root_path="", setup_url=SETUP_URL)).status_code == status
    assert f"<h1>{title}</h1>" in html
    assert f"<title>{title} · Contoso &amp; Sons</title>" in html
    assert f"tone-{tone}" in html
    assert Outline(html).count("svg") == 1
    assert re.search(r'<p class="band">.*?<span>[^<]+</span>', html, re.DOTALL)


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
