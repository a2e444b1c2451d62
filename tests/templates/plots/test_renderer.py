"""Plots as pages and mails get them: drawn by the real renderer."""

import asyncio
import re
import struct
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from templates.plots.colours import SERIES
from templates.plots.markup import page_svg
from templates.plots.plot import Band, Plot, Rule, Series, Shape
from templates.plots.renderer import Renderer, png
from templates.plots.spec import vega_lite
from templates.rendering import environment

HOSTILE = "</text><script>alert(1)</script>\u202e\x00\"'&"
PLOT = Plot(
    title="Registered <b>over</b> time",
    description="It rises & falls.",
    labels=("1 Nov", HOSTILE, "3 Nov", "4 Nov"),
    series=(Series("Registered", (1, 2, 3, None)), Series(HOSTILE, (3, None, 2, None))),
    band=Band("Forecast", (None, None, 3, 4), (None, None, 3, 9)),
    rule=Rule("Deadline", 3),
)
BARS = replace(PLOT, shape=Shape.BARS, band=None, rule=None)
COLUMNS = replace(PLOT, shape=Shape.COLUMNS, band=None)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """Return a renderer that keeps what it drew, and waits as long as it takes."""
    return Renderer(kept_for=600, longest_wait=600)


def elements(svg: str) -> list[ET.Element]:
    """Return all elements of a plot."""
    return list(ET.fromstring(svg).iter())  # noqa: S314 - it is our own


@pytest.mark.parametrize("plot", [PLOT, BARS, COLUMNS], ids=["lines", "bars", "columns"])
async def test_a_plot_stands_in_a_page_without_style_links_or_scripts(
    renderer: Renderer, plot: Plot
) -> None:
    """It is a picture with a name and a description; its colours are classes, its ids prefixed."""
    drawn = await renderer.draw(plot, key="registered")
    assert drawn.svg is not None
    root, *others = elements(drawn.svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "registered-title registered-desc"
    assert others[0].text == "Registered <b>over</b> time"
    assert others[1].text == "It rises & falls."
    for element in (root, *others):
        assert element.tag.removeprefix(SVG) not in {"script", "style", "a", "image"}
        names = set(element.attrib)
        assert not names & {"style", "href", "onload", "{http://www.w3.org/1999/xlink}href"}
        assert element.get("fill", "none") == "none"
        assert element.get("stroke", "none") == "none"
        assert element.get("id", "registered-").startswith("registered-")
    classes = " ".join(element.get("class", "") for element in others)
    assert "plot-fill-soft" in classes
    assert re.search(r"plot-(fill|stroke)-2\b", classes)
    texts = {element.text for element in others if element.tag == f"{SVG}text"}
    assert "1 Nov" in texts
    assert any("<script>" in (text or "") for text in texts)


async def test_clip_paths_of_two_plots_have_ids_of_their_own(renderer: Renderer) -> None:
    """What a plot is clipped by is its own, though several stand in one page."""
    for key in ("one", "two"):
        svg = (await renderer.draw(PLOT, key=key)).svg
        ids = {element.get("id") for element in elements(svg or "")}
        used = re.findall(r"url\(#([^)]*)\)", svg or "")
        assert used
        assert set(used) <= ids
        assert all(one.startswith(f"{key}-clip") for one in used)


async def test_the_same_plot_is_drawn_once(renderer: Renderer) -> None:
    """Ten who look at once get one picture; a changed figure gets a new one."""
    ten = await asyncio.gather(*(renderer.draw(PLOT, key="same") for _ in range(10)))
    assert all(one.svg is ten[0].svg for one in ten)
    changed = replace(PLOT, series=(Series("Registered", (1, 2, 3, 4)),))
    assert (await renderer.draw(changed, key="same")).svg is not ten[0].svg


async def test_a_plot_that_cant_be_drawn_leaves_the_table() -> None:
    """A failure, too many who wait, and a wait that is too long show the figures alone."""
    failing = Renderer(longest_wait=600)
    assert (await failing.draw(PLOT, key="not a key")).svg is None
    waiting = Renderer(longest_wait=600, most_waiting=2)
    plots = [replace(PLOT, title=f"plot {number}") for number in range(4)]
    many = await asyncio.gather(*(waiting.draw(one, key="many") for one in plots))
    assert [one.svg is None for one in many] == [False, False, True, True]
    assert (await waiting.draw(plots[3], key="many")).svg is not None
    late = await Renderer(longest_wait=0).draw(PLOT, key="late")
    assert late.svg is None
    macros: Any = environment().get_template("portal/plot.html").module
    page = macros.plot(late)
    assert "<svg" not in page
    assert "<details open" in page
    assert "3 to 3" in page
    assert "<script>" not in page


async def test_an_empty_plot_isnt_drawn(renderer: Renderer) -> None:
    """Where there are no numbers there is nothing to look at."""
    nothing = replace(PLOT, series=(Series("Registered", (None,) * 4),))
    assert (await renderer.draw(nothing, key="nothing")).svg is None


async def test_a_mail_gets_a_picture(renderer: Renderer) -> None:
    """The PNG is twice as large as the plot is shown."""
    picture = await png(PLOT)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    assert 1280 < width < 1600
    assert 480 < height < 800


def test_other_svg_is_refused_or_cleaned() -> None:
    """Declarations, what isn't SVG, and what a page may not hold don't get through."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" '
        'onload="a()"><script>b()</script><a x:href="javascript:c()"><text>d</text></a>'
        f'<rect style="fill:red" fill="{SERIES[0]}" stroke="red"/></svg>'
    )
    made = page_svg(svg, key="k", title="t", description="d")
    assert [one.tag.removeprefix(SVG) for one in elements(made)] == ["svg", "title", "desc", "rect"]
    assert elements(made)[3].attrib == {"class": "plot-fill-1", "stroke": "none"}
    for wrong in (f"<!DOCTYPE svg>{svg}", "<html/>", "<svg"):
        with pytest.raises(ValueError, match="plot"):
            page_svg(wrong, key="k", title="t", description="d")


@pytest.mark.parametrize(
    ("values", "ticks"), [((0, 0), [0, 1]), ((1, 3), [0, 1, 2, 3]), ((4, 90), None)]
)
def test_few_people_are_counted_whole(values: tuple[int, int], ticks: list[int] | None) -> None:
    """The axis has no halves of people between its numbers."""
    plot = Plot(title="t", description="d", labels=("a", "b"), series=(Series("s", values),))
    assert vega_lite(plot)["layer"][0]["encoding"]["y"]["axis"].get("values") == ticks


@pytest.mark.parametrize(
    ("shape", "number", "places"),
    [
        (Shape.COLUMNS, 1, [0]),
        (Shape.COLUMNS, 7, [0, 1, 2, 3, 4, 5, 6]),
        (Shape.COLUMNS, 22, [0, 7, 14, 21]),
        (Shape.COLUMNS, 24, [0, 4, 8, 12, 16, 23]),
        (Shape.LINES, 24, [0, 4, 8, 12, 16, 20]),
        (Shape.BARS, 9, list(range(9))),
    ],
)
def test_the_last_column_has_its_label(shape: Shape, number: int, places: list[int]) -> None:
    """It may stand for all that is more, so it is told; labels between are at even distances."""
    labels = tuple(str(one) for one in range(number))
    series = (Series("s", (1.0,) * number),)
    plot = Plot(title="t", description="d", labels=labels, series=series, shape=shape)
    axes = vega_lite(plot)["layer"][0]["encoding"]
    assert axes["y" if shape is Shape.BARS else "x"]["axis"]["values"] == places
