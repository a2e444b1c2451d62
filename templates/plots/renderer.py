"""Draws plots in one thread of their own, keeps what it drew, and never fails."""

import asyncio
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
import vl_convert
from cachetools import TTLCache
from markupsafe import Markup

from templates.plots import colours
from templates.plots.markup import page_svg
from templates.plots.plot import Plot, Series
from templates.plots.spec import vega_lite

KEPT_FOR = 600.0
"""A plot is kept by all that it shows, so an old one is never wrong."""
MOST_KEPT = 128
MOST_WAITING = 32
LONGEST_WAIT = 3.0
_VEGA_LITE = "6.4"
_PNG_SCALE = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plot, and its SVG: None where it couldn't be drawn, and its table has to do."""

    plot: Plot
    key: str
    svg: Markup | None


async def table_alone(plot: Plot, *, key: str) -> Drawn:
    """Return a plot that isn't drawn: its table is shown."""
    return Drawn(plot, key, None)


class Renderer:
    """Draws plots for pages.

    The renderer of Vega-Lite holds the interpreter while it draws, 20 to 40 ms a plot, and the
    first one takes half a second. So it draws one after the other, each plot once whoever looks,
    and a page that would have to wait too long shows the table alone.
    """

    def __init__(
        self,
        *,
        kept_for: float = KEPT_FOR,
        longest_wait: float = LONGEST_WAIT,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        """Keep drawn plots for so many seconds; wait so long for one, and for so many at once."""
        self._drawn: TTLCache[Hashable, asyncio.Future[Markup]] = TTLCache(MOST_KEPT, kept_for)
        self._longest_wait = longest_wait
        self._most_waiting = most_waiting
        self._waiting = 0

    async def draw(self, plot: Plot, *, key: str) -> Drawn:
        """Return the plot for a page.

        Args:
            plot: what to draw.
            key: what the ids in it begin with: lower-case letters, digits and hyphens, and no
                other plot of the page has it.
        """
        if plot.is_empty:
            return Drawn(plot, key, None)
        future = self._future(plot, key)
        if future is None:
            return Drawn(plot, key, None)
        try:
            svg = await asyncio.wait_for(asyncio.shield(future), self._longest_wait)
        except TimeoutError:
            return Drawn(plot, key, None)
        except Exception:
            # Whatever it is, the page has the table.
            log.exception("a plot could not be drawn", plot=key)
            return Drawn(plot, key, None)
        return Drawn(plot, key, svg)

    async def warm(self) -> None:
        """Draw a first plot, so that nobody waits for the renderer to start."""
        plot = Plot(title="-", description="-", labels=("a", "b"), series=(Series("-", (0, 1)),))
        await self.draw(plot, key="warm")

    def _future(self, plot: Plot, key: str) -> asyncio.Future[Markup] | None:
        """Return the plot as it is being drawn; None where too many others are waited for."""
        known = self._drawn.get((plot, key))
        if known is not None and not (known.done() and known.exception()):
            return known
        if self._waiting >= self._most_waiting:
            return None
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(_thread(), _page_svg, plot, key)
        future.add_done_callback(self._is_done)
        self._drawn[plot, key] = future
        return future

    def _is_done(self, future: asyncio.Future[Markup]) -> None:
        self._waiting -= 1
        if not future.cancelled():
            future.exception()


async def png(plot: Plot) -> bytes:
    """Return the plot as a picture for a mail, twice as large as it is shown."""
    return await asyncio.get_running_loop().run_in_executor(_thread(), _png, plot)


async def svg_file(plot: Plot) -> str:
    """Return the plot as a file of its own, with its colours and a background."""
    return await asyncio.get_running_loop().run_in_executor(_thread(), _svg_file, plot)


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="plots")


def _page_svg(plot: Plot, key: str) -> Markup:
    svg = vl_convert.vegalite_to_svg(vega_lite(plot), vl_version=_VEGA_LITE, allowed_base_urls=[])
    return page_svg(svg, key=key, title=plot.title, description=plot.description)


def _png(plot: Plot) -> bytes:
    return vl_convert.vegalite_to_png(
        _alone(plot), vl_version=_VEGA_LITE, allowed_base_urls=[], scale=_PNG_SCALE
    )


def _svg_file(plot: Plot) -> str:
    return vl_convert.vegalite_to_svg(_alone(plot), vl_version=_VEGA_LITE, allowed_base_urls=[])


def _alone(plot: Plot) -> dict[str, Any]:
    """Return the specification of a picture that stands on no page."""
    return {**vega_lite(plot), "background": colours.SURFACE}
