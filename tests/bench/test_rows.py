"""The rows of the benchmark: their floors, and how figures are made."""

import pytest

from bench.plots import plots_of
from bench.rows import (
    BY_NAME,
    ROWS,
    Measured,
    RowName,
    UnknownRowError,
    busiest,
    chosen,
    in_order,
    percentile,
    ratio,
)

N = RowName
# The last figure that holds a floor, and the first that doesn't.
FLOORS = {
    N.STARTS: (0.97, 0.969),
    N.WORKER_CPU: (45, 45.1),
    N.PEOPLE: (0.7, 0.69),
    N.CLICKS: (0.95, 0.94),
    N.OPENS: (0.85, 0.84),
    N.OPEN_CPU: (200, 201),
    N.OPEN_LATENCY: (5, 5.1),
    N.HISTORY: (130, 131),
    N.GRAPH_CALLS: (14, 15),
    N.GROUP: (30, 30.1),
    N.MAIL_QUOTA: (0.95, 0.94),
    N.BUSIEST_MINUTE: (1, 1.01),
    N.MEMORY: (284, 285),
}


def test_every_row_has_its_floor() -> None:
    """Each floor holds the figure at it, and not the next worse one."""
    assert set(FLOORS) == {row.name for row in ROWS} == set(RowName)
    for name, (good, bad) in FLOORS.items():
        assert [BY_NAME[name].is_held(one) for one in (good, bad)] == [True, False], name
    assert not BY_NAME[N.MAIL_QUOTA].is_held(1.001)


@pytest.mark.parametrize(
    ("name", "figure", "share"),
    [(N.CLICKS, 0.475, 0.5), (N.OPEN_LATENCY, 10, 0.5), (N.OPEN_LATENCY, 2.5, 2), (N.GROUP, 0, 1)],
)
def test_figures_are_compared_with_their_floors(name: RowName, figure: float, share: float) -> None:
    """Twice as good as the floor is 2, half as good is 0.5, in both directions."""
    assert BY_NAME[name].share_of_floor(figure) == pytest.approx(share)


def test_a_ratio_above_one_is_better_than_the_yardstick() -> None:
    """Of rates the larger is better, of costs the smaller."""
    rate = ratio(N.CLICKS, ours=90, beside=100, measured_in="a second")
    cost = ratio(N.OPENS, ours=400, beside=300, measured_in="µs", less_is_better=True)
    assert (rate.figure, rate.is_held) == (0.9, False)
    assert (cost.figure, cost.is_held, cost.beside) == (0.75, False, 300)


def test_rows_are_chosen_by_name() -> None:
    """Names have commas between them; nothing means all; what is no row is named."""
    assert chosen(None) == set(RowName)
    assert chosen("clicks, opens,") == {N.CLICKS, N.OPENS}
    with pytest.raises(UnknownRowError, match=r"^klicks$"):
        chosen("klicks,opens")
    with pytest.raises(UnknownRowError):
        chosen(" ")


def test_rows_come_in_the_order_of_the_table() -> None:
    """What was measured besides isn't shown."""
    made = [Measured(name=name, figure=1) for name in (N.GROUP, N.PEOPLE, N.STARTS)]
    found = in_order(made, frozenset({N.STARTS, N.GROUP, N.HISTORY}))
    assert [one.name for one in found] == [N.STARTS, N.GROUP]


def test_numbers_of_a_series() -> None:
    """A percentile lies rather too high; a stretch is open at its end."""
    hundred = [float(one) for one in range(100, 0, -1)]
    assert [percentile(hundred, share) for share in (0, 0.5, 0.99)] == [1, 51, 100]
    assert percentile([7.0], 0.99) == 7
    assert busiest([0, 59.9, 60, 61, 200], 60) == 3
    assert busiest([], 60) == 0


def test_plots_show_floors_and_latencies() -> None:
    """A row at its floor is drawn at 100 per cent; opens have a plot of their own."""
    late = Measured(name=N.OPEN_LATENCY, figure=10, series=[1.234, 10])
    plots = plots_of([Measured(name=N.CLICKS, figure=0.95), late])
    assert plots["floors"].series[0].values == (100, 50)
    assert plots["open-latency"].series[0].values == (1.23, 10)
    assert plots["open-latency"].labels == ("0%", "1%")
    assert plots_of([]) == {}
