"""What a careful reader checks on whatever is shown: room, contrast, structure, colour."""

import colorsys
import re

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page

# A mail has no landmarks: the program that shows it has them.
NOT_OF_MAILS = ("region", "landmark-one-main")

_AXE_RUN = """async (without) => {
  const rules = Object.fromEntries(without.map((rule) => [rule, {enabled: false}]));
  const {violations} = await axe.run({rules, resultTypes: ["violations"]});
  return violations.flatMap(({id, nodes}) => nodes.map(
    (node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary}`));
}"""
_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("body *")].filter(
    (element) => element.getBoundingClientRect().right > room + 1);
  const scrolls = document.documentElement.scrollWidth > room;
  return wide.map((element) => element.outerHTML.slice(0, 80)).concat(scrolls ? ["page"] : []);
}"""
# Words stand in one line; addresses, ids and what is longer than a phone need not.
_BROKEN = r"""() => {
  const words = /(?<![^\s(])\p{L}\p{Ll}{3,19}(?![^\s.,:;)])/gu;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const holder = text.parentElement;
    if (!holder.checkVisibility() || holder.closest("thead, caption, svg")) continue;
    for (const word of text.data.matchAll(words)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) found.push(`broken within: ${word[0]}`);
    }
  }
  return found;
}"""


async def complaints(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds wrong, by all of its rules but those named."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Axe().axe_script)
    found: list[str] = await page.evaluate(_AXE_RUN, list(without))
    return found


async def too_wide(page: Page) -> list[str]:
    """Return what reaches beyond the right edge, so that one would have to scroll sideways."""
    found: list[str] = await page.evaluate(_TOO_WIDE)
    return found


async def broken_words(page: Page) -> list[str]:
    """Return the words of plain letters that begin in one line and end in another."""
    found: list[str] = await page.evaluate(_BROKEN)
    return found


async def background(element: Locator) -> tuple[float, float, float]:
    """Return the colour behind an element, each channel from 0 to 1."""
    return await _colour(element, "backgroundColor")


async def _colour(element: Locator, what: str) -> tuple[float, float, float]:
    shown = await element.evaluate(f"element => getComputedStyle(element).{what}")
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", shown)[:3])
    return red, green, blue


async def colour_name(element: Locator) -> str:
    """Return what people call the colour behind an element."""
    hue, _, _ = colorsys.rgb_to_hsv(*await background(element))
    degrees = hue * 360
    names = ((15, "red"), (45, "orange"), (75, "yellow"), (165, "green"), (255, "blue"))
    return next((name for end, name in names if degrees < end), "red")


async def lightness(element: Locator) -> float:
    """Return how light it is behind an element, from 0 to 1."""
    return colorsys.rgb_to_hls(*await background(element))[1]


async def lightness_of_text(element: Locator) -> float:
    """Return how light an element's text is, from 0 to 1."""
    return colorsys.rgb_to_hls(*await _colour(element, "color"))[1]
