"""The Vega-Lite specification of a plot."""

import json
import math
from typing import Any

from templates.plots import colours
from templates.plots.plot import Plot, Shape, label

WIDTH = 640
HEIGHT = 240
_BAR_HEIGHT = 22
_TICKS = 7
_FEW = 5
_FONT_SIZE = 13
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 4])
_CONFIG = {
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": colours.SOFT_TEXT,
        "titleColor": colours.SOFT_TEXT,
        "tickColor": colours.GRID,
        "domainColor": colours.GRID,
        "gridColor": colours.GRID,
        "labelFontSize": _FONT_SIZE,
        "titleFontSize": _FONT_SIZE,
        "titleFontWeight": "normal",
    },
    "legend": {
        "labelColor": colours.TEXT,
        "labelFontSize": _FONT_SIZE,
        "labelLimit": 280,
        "symbolStrokeWidth": 3,
    },
    "text": {"color": colours.TEXT, "fontSize": _FONT_SIZE},
}


def vega_lite(plot: Plot) -> dict[str, Any]:
    """Return the specification, which needs nothing from anywhere else."""
    bars = plot.shape is Shape.BARS
    layers = _lines(plot) if plot.shape is Shape.LINES else [_stack(plot)]
    if plot.rule is not None and not bars:
        layers += _rule(plot)
    return {
        "config": _CONFIG,
        # A reader's font may be wider than the renderer's.
        "padding": {"left": 14, "right": 10, "top": 6, "bottom": 6},
        "width": WIDTH - (160 if bars else 0),
        "height": _BAR_HEIGHT * max(1, len(plot.labels)) if bars else HEIGHT,
        "layer": layers,
    }


def _lines(plot: Plot) -> list[dict[str, Any]]:
    lines = {
        "data": {"values": _values(plot)},
        "mark": {"type": "line", "strokeWidth": 2.5, "clip": True, "interpolate": "monotone"},
        "encoding": {
            "x": _places(plot),
            "y": _numbers(plot),
            "color": _by_series(plot, legend=True),
            "strokeDash": {
                "field": "series",
                "type": "nominal",
                "scale": {
                    "domain": _names(plot),
                    "range": [*_DASHES[: len(plot.series)], *([[1, 0]] if plot.band else [])],
                },
            },
        },
    }
    return [*_band(plot), lines]


def _band(plot: Plot) -> list[dict[str, Any]]:
    if plot.band is None:
        return []
    ends = enumerate(zip(plot.band.low, plot.band.high, strict=True))
    values = [
        {"place": place, "low": low, "high": high}
        for place, (low, high) in ends
        if low is not None and high is not None
    ]
    area = {
        "data": {"values": values},
        "mark": {"type": "area", "color": colours.BAND, "opacity": 0.45, "clip": True},
        "encoding": {
            "x": _places(plot),
            "y": {**_numbers(plot), "field": "low"},
            "y2": {"field": "high"},
        },
    }
    return [area]


def _stack(plot: Plot) -> dict[str, Any]:
    bars = plot.shape is Shape.BARS
    along = {
        "field": "place",
        "type": "ordinal",
        "title": None,
        "scale": {"domain": list(range(len(plot.labels)))},
        "axis": {
            **_axis(plot),
            "labelAngle": 0,
            "ticks": False,
            "labelLimit": 170,
            "labelOverlap": False,
        },
    }
    across = {**_numbers(plot), "stack": "zero"}
    return {
        "data": {"values": _values(plot)},
        "mark": {"type": "bar"},
        "encoding": {
            "y" if bars else "x": along,
            "x" if bars else "y": across,
            "color": _by_series(plot, legend=len(plot.series) > 1),
            "order": {"field": "order", "type": "quantitative"},
        },
    }


def _rule(plot: Plot) -> list[dict[str, Any]]:
    assert plot.rule is not None  # noqa: S101 - the caller has looked
    ordinal = plot.shape is Shape.COLUMNS
    x = {**_places(plot), **({"type": "ordinal", "scale": {}} if ordinal else {})}
    late = plot.rule.at > len(plot.labels) / 2
    # Above the plot, where no line crosses it.
    name = {"type": "text", "align": "right" if late else "left", "dx": 5 if late else -5, "dy": -9}
    data = {"values": [{"place": plot.rule.at, "name": label(plot.rule.name)}]}
    line = {"type": "rule", "color": colours.RULE, "strokeWidth": 2, "strokeDash": [5, 3]}
    return [
        {"data": data, "mark": line, "encoding": {"x": x}},
        {
            "data": data,
            "mark": {**name, "color": colours.RULE},
            "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "name"}},
        },
    ]


def _values(plot: Plot) -> list[dict[str, Any]]:
    return [
        {"place": place, "number": value, "series": label(one.name), "order": order}
        for order, one in enumerate(plot.series)
        for place, value in enumerate(one.values)
        if value is not None
    ]


def _names(plot: Plot) -> list[str]:
    band = [label(plot.band.name)] if plot.band is not None else []
    return [*(label(one.name) for one in plot.series), *band]


def _by_series(plot: Plot, *, legend: bool) -> dict[str, Any]:
    """Return how series get their colours; the band is only in the legend."""
    used = list(colours.SERIES[: len(plot.series)])
    if plot.band is not None:
        used.append(colours.BAND)
    below = {"orient": "bottom", "direction": "horizontal", "columns": 3, "title": None}
    return {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": _names(plot), "range": used},
        "legend": below if legend else None,
    }


def _places(plot: Plot) -> dict[str, Any]:
    return {
        "field": "place",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, max(1, len(plot.labels) - 1)], "nice": False},
        "axis": {**_axis(plot), "grid": False},
    }


def _axis(plot: Plot) -> dict[str, Any]:
    """Return the axis of the labels, at which some of them stand, so that none covers another."""
    texts = [label(one) for one in plot.labels]
    return {
        "values": _ticks(plot),
        "labelExpr": f"{json.dumps(texts)}[datum.value]",
    }


def _ticks(plot: Plot) -> list[int]:
    """Return the places that have a label; of columns also the last, which may be "and more"."""
    last = len(plot.labels) - 1
    if plot.shape is Shape.BARS:
        return list(range(last + 1))
    step = max(1, -(-(last + 1) // _TICKS))
    if plot.shape is Shape.LINES:
        return list(range(0, last + 1, step))
    step = next((one for one in range(step, 2 * step + 1) if last % one == 0), step)
    ticks = list(range(0, last + 1, step))
    # One that stands close to the last would be covered by it.
    return ticks if not last or ticks[-1] == last else [*ticks[:-1], last]


def _numbers(plot: Plot) -> dict[str, Any]:
    axis: dict[str, Any] = {"format": ",d", "tickCount": 5}
    highest = _highest(plot)
    if highest <= _FEW:
        # Half a person isn't counted.
        axis["values"] = list(range(max(1, math.ceil(highest)) + 1))
    return {
        "field": "number",
        "type": "quantitative",
        "title": plot.unit,
        "scale": {"zero": True, **({} if highest else {"domain": [0, 1]})},
        "axis": axis,
    }


def _highest(plot: Plot) -> float:
    rows = [[value or 0 for value in one.values] for one in plot.series]
    if plot.shape is not Shape.LINES:
        return max((sum(stack) for stack in zip(*rows, strict=True)), default=0)
    band = [[value or 0 for value in plot.band.high]] if plot.band is not None else []
    return max((value for row in rows + band for value in row), default=0)
