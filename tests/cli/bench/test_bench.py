"""The verb that measures the product."""

import asyncio
import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from bench.rows import ROWS, Measured, RowName
from cli.bench.output import benchmark_json, print_benchmark
from cli.main import app
from cli.terminal import ExitStatus
from tests.support.command_line import start_alone

COLUMNS = 80
LARGE = 123_456.789


def test_the_table_fits_a_terminal() -> None:
    """However large the numbers are, no line is longer than 80 columns, and floors are told."""
    file = io.StringIO()
    measured = [
        Measured(name=row.name, figure=LARGE, ours=LARGE, beside=LARGE, measured_in="a second")
        for row in ROWS
    ]
    print_benchmark(Console(file=file, width=COLUMNS), measured)
    shown = file.getvalue()
    assert max(len(line) for line in shown.splitlines()) <= COLUMNS
    assert "123,457" in shown
    assert "0.95 to 1" in shown
    assert "Floors that are not held: 9 of 13." in shown


def test_figures_for_programs() -> None:
    """Each row says its figure, what it is made of, its floor, and whether that is held."""
    made = Measured(name=RowName.CLICKS, figure=0.9, ours=90, beside=100, measured_in="a second")
    found = benchmark_json([made], size="quick", is_given=False)
    assert found["temporal"] == "dev server"
    assert found["rows"] == [
        {
            "row": "clicks",
            "title": "Clicks",
            "beside": "describe and signal",
            "unit": "ratio",
            "figure": 0.9,
            "ours": 90,
            "yardstick": 100,
            "measuredIn": "a second",
            "atLeast": 0.95,
            "atMost": None,
            "held": False,
        }
    ]


@pytest.mark.parametrize(
    "arguments", [("--rows", "klicks"), ("--rows", ","), ("--size", "huge")], ids=" ".join
)
def test_wrong_words_start_nothing(arguments: tuple[str, ...]) -> None:
    """A row or a size that isn't there ends the verb, which names those that are."""
    ended = CliRunner().invoke(app, ["bench", *arguments])
    assert ended.exit_code == ExitStatus.USAGE
    assert re.search(r"clicks|full", ended.output)


@pytest.mark.long
@pytest.mark.alone
async def test_every_row_is_measured(tmp_path: Path) -> None:
    """The quick size measures every row; what doesn't hang on the machine is held."""
    arguments = ("bench", "--json", "--plots=drawn")
    pipe = asyncio.subprocess.PIPE
    process = await start_alone(*arguments, folder=tmp_path, output=pipe, settings={})
    printed, _ = await process.communicate()
    output = printed.decode()
    assert process.returncode == ExitStatus.DONE, output
    print(output)  # noqa: T201 - the figures are what the test is run for
    document = output[output.index("{\n") : output.rindex("\n}") + 2]
    rows = {one["row"]: one for one in json.loads(document)["rows"]}
    assert [*rows] == [row.name for row in ROWS]
    assert all(one["figure"] > 0 for name, one in rows.items() if name != RowName.MEMORY)
    by_count = (RowName.HISTORY, RowName.GRAPH_CALLS, RowName.BUSIEST_MINUTE)
    assert all(rows[name]["held"] for name in by_count), output
    assert {file.name for file in (tmp_path / "drawn").iterdir()} == {
        "floors.svg",
        "open-latency.svg",
    }
