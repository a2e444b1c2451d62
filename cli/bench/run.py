"""Runs the benchmark with progress, and prints what came of it."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cli.bench.output import benchmark_json, print_benchmark
from cli.processes.demo import demo_extra, demo_tenant
from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, err, fail, out, print_json
from settings import temporal_environment

if TYPE_CHECKING:
    from bench.rows import Measured
    from bench.temporal_server import GivenServer

_NAMES_A_SERVER = ("TEMPORAL_ADDRESS", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE")


async def show_benchmark(*, rows: str | None, size: str, plots: Path | None, as_json: bool) -> None:
    """Measure the rows, print them, and draw them into a folder.

    Raises:
        DemoError: a part didn't come up or ended, or the given namespace has enrolments in it.
        SettingsError: a setting of Temporal's is wrong.
        TemporalRefused: the server that it names can't be used.
    """
    with demo_extra():
        from bench.rows import RowName, UnknownRowError, chosen
        from bench.run import run_benchmark
        from bench.sizes import SIZES, SizeName
    tenant = demo_tenant()
    try:
        wanted = chosen(rows)
    except UnknownRowError as error:
        known = ", ".join(RowName)
        fail(f"--rows: there is no row '{error}'. Rows: {known}.", ExitStatus.USAGE)
    if size not in set(SizeName):
        fail(f"--size {size}: {' or '.join(SizeName)}.", ExitStatus.USAGE)
    if plots is not None:
        _make_folder(plots)
    given = await _given_server()
    with _progress() as tell:
        measured = await run_benchmark(
            tenant, SIZES[SizeName(size)], wanted, tell=tell, given=given
        )
    if as_json:
        print_json(benchmark_json(measured, size=size, is_given=given is not None))
    else:
        print_benchmark(out, measured)
    if plots is not None:
        await _draw(plots, measured)


async def _given_server() -> "GivenServer | None":
    """Return the server that settings name; None where none does, and one is started."""
    from bench.temporal_server import GivenServer

    environment = temporal_environment()
    if not any(environment.get(name) for name in _NAMES_A_SERVER):
        return None
    named = {name: one for name, one in environment.items() if name.startswith("TEMPORAL_")}
    return GivenServer(client=await connect_to_temporal(), environment=named)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Say what is measured: in one line of a terminal, else a line each, on standard error."""
    if not err.is_terminal:
        yield lambda text: err.print(text, soft_wrap=True)
        return
    with err.status("") as status:
        yield status.update


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"{folder} can't be written: {error.strerror}.")


async def _draw(folder: Path, measured: "list[Measured]") -> None:
    from bench.plots import plots_of
    from templates.plots.renderer import svg_file

    for name, plot in plots_of(measured).items():
        file = folder / f"{name}.svg"
        try:
            file.write_text(await svg_file(plot), encoding="utf-8")
        except OSError as error:
            fail(f"{file} can't be written: {error.strerror}.")
        err.print(f"Written: {file}", soft_wrap=True, markup=False)
