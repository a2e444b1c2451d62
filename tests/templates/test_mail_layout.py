"""How mails look: images, codes, logo, style and button."""

import re
import struct
from dataclasses import replace

import pytest

from domain.mail.content import Logo
from domain.status import MailKind
from templates.authenticator import STORES, Store
from templates.mails import MailRenderer
from tests.templates.samples import (
    BRANDING,
    Page,
    content,
    rendered,
)


@pytest.mark.parametrize("kind", MailKind)
def test_arabic_is_mirrored(kind: MailKind) -> None:
    """Every table runs from right to left by itself, since webmail drops html and body."""
    mail = rendered(kind, "ar")
    page = Page(mail.html)
    assert {table.get("dir") for table in page.all("table")} == {"rtl"}
    assert "border-left: 4px" not in mail.html
    assert {cell.get("align") for cell in page.all("td")} <= {"right", "center", None}
    # A telephone number keeps its order in the text, too.
    assert "\u2066+44\u00a020\u00a07946\u00a00000\u2069" in mail.text


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_the_codes_lead_to_the_stores(store: Store) -> None:
    """Each image of a mail is a PNG of the size that its HTML says, and comes along with it."""
    mail = rendered(MailKind.INVITATION)
    (image,) = [image for image in mail.images if image.content_id == store.name]
    (shown,) = [one for one in Page(mail.html).all("img") if one["src"] == f"cid:{store.name}"]
    assert image.content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image.content[16:24])
    assert (shown["width"], shown["height"]) == (str(width // 2), str(height // 2))
    assert len(image.content) < 2_000
    assert shown["alt"]


def test_outlook_draws_in_the_size_that_is_meant() -> None:
    """At 120 dpi and without a maximal width, as Word has neither, the mail is 600 pixels wide."""
    html = rendered(MailKind.INVITATION).html
    conditional = re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", html, re.DOTALL)
    assert any("<o:PixelsPerInch>96</o:PixelsPerInch>" in part for part in conditional)
    assert any('width="600"' in part for part in conditional)
    opened = sum(part.count("<table") for part in conditional)
    assert opened == sum(part.count("</table>") for part in conditional) == 1


def test_a_logo_stands_for_the_wordmark() -> None:
    """The mail brings it along, in the size that fits, with the company's name as its text."""
    logo = Logo(content_type="image/png", content=b"PNG", width=880, height=90)
    renderer = MailRenderer(replace(BRANDING, logo=logo))
    for kind in MailKind:
        mail = renderer.render(content(kind))
        shown = Page(mail.html).all("img")[0]
        assert (shown["src"], shown["alt"]) == ("cid:logo", "Contoso")
        assert (shown["width"], shown["height"]) == ("220", "22")
        assert mail.images[0].content == b"PNG"


@pytest.mark.parametrize(
    ("size", "shown"), [((72, 72), (36, 36)), ((100, 20), (100, 20)), ((4000, 1), (220, 1))]
)
def test_a_logo_fits_and_is_never_enlarged(size: tuple[int, int], shown: tuple[int, int]) -> None:
    """Its proportions stay."""
    logo = Logo(content_type="image/gif", content=b"", width=size[0], height=size[1])
    assert logo.fitted(220, 36) == shown


def test_style_is_inlined_and_dark_mode_stays_in_the_head() -> None:
    """Programs that drop the head keep the look; those that don't get dark mode."""
    html = rendered(MailKind.INVITATION).html
    head, body = html.split("</head>")
    assert "@media (prefers-color-scheme: dark)" in head
    assert "@media" not in body
    assert all("font-size" in (p.get("style") or "") for p in Page(body).all("p"))
    assert 'name="color-scheme" content="light dark"' in head
    assert 'name="supported-color-schemes" content="light dark"' in head


@pytest.mark.parametrize("kind", MailKind)
def test_layout_tables_are_no_data_tables(kind: MailKind) -> None:
    """Every table says that it is layout, so that a screen reader doesn't announce it."""
    tables = Page(rendered(kind).html).all("table")
    assert tables
    assert {table.get("role") for table in tables} == {"presentation"}


def test_the_button_has_the_organisations_colour() -> None:
    """The button has its full colour, with dark text where that is light."""
    branding = replace(BRANDING, primary_colour="#fd0")
    page = Page(MailRenderer(branding).render(content(MailKind.INVITATION)).html)
    style = page.all("a")[0]["style"] or ""
    assert "background-color: #ffdd00" in style
    assert "color: #000000" in style
