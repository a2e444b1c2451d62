"""A plot's values: what can be drawn, and the table of the same figures."""

from dataclasses import replace
from typing import Any

import pytest

from templates.plots.plot import Band, Plot, Rule, Series, label

DASH = "\N{EN DASH}"
PLOT = Plot(
    title="Registered over time",
    description="It rises.",
    labels=("1 Nov", "2 Nov", "3 Nov"),
    series=(Series("Registered", (0, 1234, None)),),
    band=Band("Forecast", (None, None, 1.5), (None, None, 2000)),
    rule=Rule("Deadline", 2),
)


def test_the_table_has_the_figures_of_the_plot() -> None:
    """Each label has a row with the numbers of the series, and the ends of the band."""
    assert PLOT.columns == ["Day", "Registered", "Forecast"]
    assert PLOT.table() == [
        ("1 Nov", ["0", DASH]),
        ("2 Nov", ["1,234", DASH]),
        ("3 Nov", [DASH, "1.5 to 2,000"]),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": ("1 Nov", "2 Nov")},
        {"band": Band("Forecast", (0,), (1,))},
        {"rule": Rule("Deadline", 3)},
        {"rule": Rule("Deadline", -1)},
        {"series": tuple(Series(str(number), (0, 0, 0)) for number in range(7))},
        {"labels": ("x",) * 5001, "series": (Series("a", (0,) * 5001),), "band": None},
    ],
)
def test_what_cant_be_drawn_is_refused(changes: dict[str, Any]) -> None:
    """Series need a value for each label, a rule a place, and a plot has bounds."""
    with pytest.raises(ValueError, match="plot"):
        replace(PLOT, **changes)


def test_other_peoples_text_becomes_a_label() -> None:
    """A batch's name has no control characters and isn't too long."""
    assert label("a\x00b\u202ec" + "d" * 99) == "a bc" + "d" * 35 + "…"
