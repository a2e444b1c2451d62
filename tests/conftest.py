"""What every test may ask for: the shared Temporal server, and clients of it."""

import os
import sys
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from temporal.connect import DATA_CONVERTER
from tests.support import temporal_server
from tests.support.documents import seed_tests

_SERVER = pytest.StashKey[Any]()
_SESSION = pytest.StashKey[pytest.Session]()


def pytest_configure(config: pytest.Config) -> None:
    """Start one server in the controlling process; xdist's workers are told its address."""
    # Other styles parse sources, which breaks while a sandbox compiles in another thread (Python
    # 3.11: "AST constructor recursion depth mismatch"), and then no failure is reported at all.
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "native"
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    process, address = temporal_server.start()
    config.stash[_SERVER] = process
    temporal_server.wait_until_ready(process, address, seconds=30)
    os.environ["MFA_ROLLOUT_TEST_TEMPORAL"] = address


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remember whose exit status is the true one; a whole run has shown every seed sentence."""
    session.config.stash[_SESSION] = session
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    whole = session.config.getoption("file_or_dir") == [] and not session.config.option.keyword
    # Another look at what failed is no whole run.
    whole = whole and not session.config.option.lf
    if hasattr(session.config, "workerinput") or reporter is None or not whole:
        return
    passed = {report.nodeid.partition("[")[0] for report in reporter.stats.get("passed", ())}
    missing = [name for name in seed_tests() if name not in passed]
    if missing and session.exitstatus == pytest.ExitCode.OK and passed & set(seed_tests()):
        reporter.write_line(f"docs/seed.md names tests that didn't pass: {', '.join(missing)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, and leave with the true exit status.

    A process that used Temporal's SDK may crash while the interpreter is torn down, after all work
    is done (SDK issue 300), and a green run would be red. So nothing is torn down: by now the
    summary is printed, and xdist's workers have reported to their controller.
    """
    if process := config.stash.get(_SERVER, None):
        temporal_server.stop(process)
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
    """Tell where the shared server listens."""
    return os.environ["MFA_ROLLOUT_TEST_TEMPORAL"]


@pytest.fixture(scope="session")
async def client(temporal_address: str) -> Client:
    """Connect as the product does; time passes as it does for everybody."""
    return await Client.connect(temporal_address, data_converter=DATA_CONVERTER)


@pytest.fixture(scope="session")
def skipper(client: Client) -> TimeSkipper:
    """Give workflows a clock of their own, which stands still until it is moved forward."""
    return TimeSkipper(client, config=TimeSkippingConfig(enabled=False))


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Make names that no other test uses."""
    return lambda prefix: f"{prefix}-{uuid4()}"
