"""The parts of the suite that run side by side, each with processes and tests of its own."""

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support import warm
from tests.support.reports import Result, command, read

ROOT = Path(__file__).parents[2]
TENANT_TESTS = "simulated_tenant/tests"
EVERY = 30.0
_SHARE = re.compile(r"\[ *(\d+)%\]\n")


@dataclass(frozen=True)
class Part:
    """Some of the suite, and how many processes run it.

    A process loads all tests of its part, which costs more than many a test: so no process has the
    whole suite.
    """

    name: str
    processes: int
    chosen: tuple[str, ...] = ()


# Eleven processes on two cores, since most of them wait for another process most of the time.
PARTS = (
    Part(
        "whole products",
        5,
        (
            *("browser", "demo", "deploy", "faults", "integration", "mutants", "telemetry"),
            *("truth", "test_demo_extra.py", "test_shared_server.py", "test_wheel.py"),
        ),
    ),
    Part(
        "services",
        5,
        (
            *("activities", "api", "bench", "cli", "client", "database", "temporal"),
            *("webhooks", "worker", "workflows"),
        ),
    ),
    # Whatever the others don't have.
    Part("rules and texts", 1),
)


def paths(part: Part, *, tenant: bool) -> list[str]:
    """Return the files and folders of a part, by their paths from the root.

    Args:
        part: one of the parts.
        tenant: whether the simulated tenant's own tests are wanted; the last part has them.
    """
    if part.chosen:
        return [f"tests/{name}" for name in part.chosen]
    taken = {name for other in PARTS for name in other.chosen}
    found = {path.relative_to(ROOT / "tests").parts[0] for path in ROOT.glob("tests/**/test_*.py")}
    return [f"tests/{name}" for name in sorted(found - taken)] + [TENANT_TESTS] * tenant


def run_beside(*, tenant: bool, options: tuple[str, ...]) -> list[Result]:
    """Run all parts at once; print how far they are, and what each has to say once it has ended."""
    began = time.monotonic()
    # What a process that was killed still writes there is no reason to fail.
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        running = {part: _start(part, folder, tenant, options) for part in PARTS}
        results, told = [], began
        while running:
            for part, process in tuple(running.items()):
                if process.poll() is not None:
                    del running[part]
                    print(f"\n{part.name}:", _log(part, folder).read_text(), flush=True)
                    results.append(read(process.returncode, _report(part, folder)))
            if running and time.monotonic() - told >= EVERY:
                told = time.monotonic()
                minutes, seconds = divmod(round(told - began), 60)
                shares = (f"{part.name} {_share(_log(part, folder))} %" for part in running)
                print(f"{minutes}:{seconds:02}  {', '.join(shares)}", flush=True)
            time.sleep(0.2)
        warm.end(folder)
        return results


def _log(part: Part, folder: Path) -> Path:
    return folder / f"{part.name}.log"


def _report(part: Part, folder: Path) -> Path:
    return folder / f"{part.name}.xml"


def _start(
    part: Part, folder: Path, tenant: bool, options: tuple[str, ...]
) -> subprocess.Popen[bytes]:
    # Each remembers what failed, for --last-failed, where the others don't overwrite it.
    cache = ("-o", f"cache_dir=.pytest_cache/{part.name}")
    # In a folder that all runs of a user share, one run removes what another is removing.
    files = f"--basetemp={folder / str(PARTS.index(part))}"
    processes = warm.workers(part.processes, folder)
    words = (*processes, *options, *paths(part, tenant=tenant), *cache, files)
    with _log(part, folder).open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own command line
            command(_report(part, folder), *words),
            cwd=ROOT,
            env={**os.environ, warm.ADDRESS: str(folder / "warm")},
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def _share(log: Path) -> int:
    shares = _SHARE.findall(log.read_text())
    return int(shares[-1]) if shares else 0
