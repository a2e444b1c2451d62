"""The verb that measures what the product costs, beside yardsticks of the same run."""

from pathlib import Path
from typing import Annotated

import typer

from cli.help import PROCESSES, examples
from cli.options import AsJson
from cli.run import run

app = typer.Typer()


@app.command(
    rich_help_panel=PROCESSES,
    epilog=examples(
        "mfa-rollout bench",
        "mfa-rollout bench --rows clicks,opens",
        "mfa-rollout bench --size full --plots figures",
        "mfa-rollout bench --json > bench.json",
    ),
)
def bench(
    *,
    rows: Annotated[
        str | None,
        typer.Option(help="Only these rows, with commas between them; docs/performance.md."),
    ] = None,
    size: Annotated[
        str, typer.Option(help="quick: about three minutes; full: larger numbers, far longer.")
    ] = "quick",
    plots: Annotated[
        Path | None, typer.Option(help="Also draw plots, as .svg files in this folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what the product costs, beside bare Temporal; needs an idle machine.

    Starts a Temporal server of its own, unless TEMPORAL_ADDRESS or
    TEMPORAL_PROFILE names one, in whose namespace nobody may be enrolled. The
    tenant is simulated in any case.
    """
    from cli.bench.run import show_benchmark

    run(show_benchmark(rows=rows, size=size, plots=plots, as_json=as_json))
