"""The plots of a benchmark: each row beside its floor, and how long opened mails waited."""

from collections.abc import Sequence

from bench.rows import Measured, RowName
from templates.plots.plot import Plot, Series, Shape

_PERCENT = 100


def plots_of(measured: Sequence[Measured]) -> dict[str, Plot]:
    """Return the plots of what was measured, by the name of their files."""
    plots = {"floors": _floors(measured)} if measured else {}
    for one in measured:
        if one.name is RowName.OPEN_LATENCY and one.series:
            plots["open-latency"] = _latency(one.series)
    return plots


def _floors(measured: Sequence[Measured]) -> Plot:
    return Plot(
        title="Figures beside their floors",
        description="How good each figure is in per cent of its floor: from 100 on it is held.",
        labels=tuple(one.row.title for one in measured),
        series=(
            Series(
                "Per cent of the floor",
                tuple(round(one.row.share_of_floor(one.figure) * _PERCENT, 1) for one in measured),
            ),
        ),
        label_name="Row",
        unit="per cent",
        shape=Shape.BARS,
    )


def _latency(milliseconds: Sequence[float]) -> Plot:
    return Plot(
        title="How long an open takes at 200 a second",
        description="Milliseconds within which each share of the opens was answered.",
        labels=tuple(f"{percent}%" for percent in range(len(milliseconds))),
        series=(Series("Milliseconds", tuple(round(one, 2) for one in milliseconds)),),
        label_name="Share",
        unit="ms",
    )
