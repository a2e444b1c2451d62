"""An organisation's colour, on pages and in mails."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail.content import Branding
from templates.colours import (
    DARK_SURFACE,
    LIGHT_SURFACE,
    brand_stylesheet,
    contrast,
    readable_on,
    text_on,
)
from templates.mails import MailRenderer

STYLES = Path("templates/pages/pages.css")


@pytest.mark.parametrize(
    ("background", "text"),
    [
        ("#0b5cad", "#ffffff"),
        ("#000000", "#ffffff"),
        ("#ffffff", "#000000"),
        ("#FFD500", "#000000"),
        ("#1a7f37", "#ffffff"),
        ("#fd0", "#000000"),
    ],
)
def test_text_is_light_on_dark_and_dark_on_light(background: str, text: str) -> None:
    """The text is the one with the higher contrast."""
    assert text_on(background) == text


@pytest.mark.parametrize(
    "colour", ["red", "#ffff", "#0b5cad;}", "#0b5cad\n", "#fff; } body { display: none", ""]
)
def test_a_colour_that_is_none_is_refused_at_the_start(colour: str) -> None:
    """Nothing but a hexadecimal colour gets into a mail's style or a style sheet."""
    with pytest.raises(ValueError, match="#rrggbb"):
        MailRenderer(
            Branding(
                company_name="Contoso",
                support_team="IT",
                support_email="it@contoso.example",
                primary_colour=colour,
            )
        )
    with pytest.raises(ValueError, match="#rrggbb"):
        brand_stylesheet(colour)


def test_colours_of_the_style_sheet() -> None:
    """Text reaches a contrast of 4.5 on each surface it stands on, light and dark."""
    css = STYLES.read_text()
    light_css, dark_css = css.split("@media (prefers-color-scheme: dark)", 1)
    light = dict(re.findall(r"--([\w-]+): (#\w{6});", light_css))
    dark = light | dict(re.findall(r"--([\w-]+): (#\w{6});", dark_css.partition("}\n}")[0]))
    assert dark["page"] != light["page"]

    for colours in (light, dark):
        for surface in ("page", "card", "tint"):
            for text in ("text", "soft-text", "problem-text"):
                assert contrast(colours[text], colours[surface]) >= 4.5, (text, surface)
        for tone in ("success", "warning", "failure"):
            assert contrast("#ffffff", colours[tone]) >= 4.5, tone
        assert contrast(colours["control-line"], colours["card"]) >= 3
    assert LIGHT_SURFACE in light.values()
    assert DARK_SURFACE in dark.values()


@given(st.integers(0, 0xFFFFFF))
def test_any_brand_is_readable(number: int) -> None:
    """Whatever a brand's colour, buttons and links can be read on light and dark."""
    colour = f"#{number:06x}"
    assert contrast(colour, text_on(colour)) >= 4.5
    for surface in (LIGHT_SURFACE, DARK_SURFACE):
        assert contrast(readable_on(surface, colour), surface) >= 4.5


def test_brand_colour_is_kept_where_it_reads() -> None:
    """A colour that can be read is used as it is, a short form in full."""
    assert "--brand-text: #0b5cad" in brand_stylesheet("#0b5cad")
    assert "--brand: #0055aa" in brand_stylesheet("#05a")
