"""What every test may ask for: the shared Temporal server, and clients of it."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
import structlog
from hypothesis import HealthCheck, settings
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from database.engine import Database, default_url
from database.migrate import upgrade
from temporal.connect import DATA_CONVERTER
from tests.database import cluster
from tests.support import temporal_server, together

# Examples have no deadline, as machines are busy. ``--hypothesis-profile=nightly`` tries more.
settings.register_profile(
    "ci", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", settings.get_profile("ci"), max_examples=5000)
settings.load_profile("ci")

# What is raised on purpose needs no frames and colours in the log: two seconds for one of them.
structlog.configure(
    processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)

# Each process of a run, and each that it starts, would compile all of its libraries again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Temporal servers look for garbage when five times as much is in use, not twice: memory for CPU.
os.environ.setdefault("GOGC", "400")

# Of a long test that names no time of its own. It may take minutes where nothing else runs.
LONGEST_SECONDS = 1800

_RUN = pytest.StashKey[TemporaryDirectory[str]]()
_SESSION = pytest.StashKey[pytest.Session]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder by which all processes of a run share one server, once a test needs it."""
    # Other styles parse sources, which breaks while a sandbox compiles in another thread (Python
    # 3.11: "AST constructor recursion depth mismatch"), and then no failure is reported at all.
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "native"
    if not hasattr(config, "workerinput"):
        config.stash[_RUN] = TemporaryDirectory(prefix="mfa-rollout-tests-")
        os.environ["MFA_ROLLOUT_TEST_RUN"] = config.stash[_RUN].name
        os.environ["MFA_ROLLOUT_TEST_RUN_BY"] = str(os.getpid())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; all processes of a run have the same order."""
    for item in items:
        if item.get_closest_marker("long") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONGEST_SECONDS))
    items.sort(key=lambda item: together.rank(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> together.Together | None:
    """Keep files together that share a running product, where files are kept together at all."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return together.Together(config, log)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remember whose exit status is the true one."""
    session.config.stash[_SESSION] = session


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, if any test needed one, and leave with the true exit status.

    A process that used Temporal's SDK may crash while the interpreter is torn down, after all work
    is done (SDK issue 300), and a green run would be red. So nothing is torn down: by now the
    summary is printed, and xdist's workers have reported to their controller.
    """
    if folder := config.stash.get(_RUN, None):
        temporal_server.stop_shared(Path(folder.name))
        folder.cleanup()
    session = config.stash.get(_SESSION, None)
    if session is None:
        return
    if reporter := config.pluginmanager.getplugin("terminalreporter"):
        reporter.flush()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(session.exitstatus))


@pytest.fixture(scope="session")
def temporal_address() -> str:
    """Tell where the shared server listens; the first test that asks starts it."""
    return temporal_server.shared(Path(os.environ["MFA_ROLLOUT_TEST_RUN"]))


@pytest.fixture(scope="session")
async def client(temporal_address: str) -> Client:
    """Connect as the product does; time passes as it does for everybody."""
    return await Client.connect(temporal_address, data_converter=DATA_CONVERTER)


@pytest.fixture(scope="session")
def skipper(client: Client) -> TimeSkipper:
    """Give workflows a clock of their own, which stands still until it is moved forward."""
    return TimeSkipper(client, config=TimeSkippingConfig(enabled=False))


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated SQLite file to copy."""
    database = Database(default_url(tmp_path_factory.mktemp("template")))
    await upgrade(database)
    await database.close()
    return Path(str(database.url.database))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the address of an SQLite database with all tables."""
    shutil.copy(sqlite_template, tmp_path)
    return default_url(tmp_path)


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """Give an SQLite database with all tables."""
    database = Database(sqlite_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Give the address of the cluster that all processes of this run share."""
    programs = cluster.executables()
    if programs is None:
        pytest.skip("PostgreSQL isn't installed (Debian: apt-get install postgresql)")
    folder = tmp_path_factory.getbasetemp()
    with cluster.shared(folder if worker_id == "master" else folder.parent, programs) as address:
        yield address


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Make names that no other test uses."""
    return lambda prefix: f"{prefix}-{uuid4()}"
