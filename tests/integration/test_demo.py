"""The demo, run as the README says: every story ends as it should, and nothing is left behind."""

import asyncio
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.people.standing import read_standing
from database.engine import Database, default_url
from demo.commands import CLI
from domain.records.sending import SendingPolicy
from domain.standing.sentences import story_sentence
from simulated_tenant.population_names import PEOPLE, Person
from tests.database.conftest import create_database
from tests.integration.personas import wrong_in_tables
from tests.support.world import eventually

KINDS = sorted({person.kind.value for person in PEOPLE})

# The same on the other engine takes another minute.
LONG = pytest.mark.long

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=LONG)])
async def tables_at(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """Give the address of the demo's tables, and the option that puts them there."""
    if request.param == "sqlite":
        data = tmp_path_factory.mktemp("demo-data")
        return default_url(data), f"--data={data}"
    url = await create_database(request.getfixturevalue("postgresql"))
    return url, f"--database-url={url}"


@pytest.fixture(scope="module")
def settled(tables_at: tuple[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the demo once to its end."""
    command = [*CLI, "demo", "--until-settled", tables_at[1]]
    return subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)  # noqa: S603


def test_the_demo_settles(settled: subprocess.CompletedProcess[str]) -> None:
    """It ends with status 0, having shown the funnel and a line for each person."""
    assert settled.returncode == 0, settled.stdout[-4000:] + settled.stderr
    assert f"All {len(PEOPLE)} stories have ended as they should" in settled.stdout
    assert "Active" in settled.stdout
    assert "/outbox" in settled.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_person_reaches_their_end(
    settled: subprocess.CompletedProcess[str], kind: str
) -> None:
    """Nobody of this kind has a story that ended otherwise than told."""
    lines = [line for line in settled.stdout.splitlines() if f"({kind}):" in line]
    assert len(lines) == sum(person.kind.value == kind for person in PEOPLE)
    assert [line for line in lines if not line.startswith("right")] == []


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.alias)
async def test_our_tables_tell_the_story(
    settled: subprocess.CompletedProcess[str], tables_at: tuple[str, str], person: Person
) -> None:
    """Story and next step of each person are those that their story demands, told in sentences."""
    database = Database(tables_at[0])
    async with database.reading() as connection:
        now = datetime.now(UTC)
        standing = await read_standing(connection, person.object_id, SendingPolicy(), now)
    await database.close()
    assert wrong_in_tables(person.kind, standing) == [], settled.stdout[-4000:]
    for event in standing.page.story if standing else ():
        assert story_sentence(event)


def _processes(marker: str) -> dict[int, str]:
    """Return the processes whose command line names a demo's folder, with that line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if marker in command:
                found[int(entry.name)] = command
    return found


@pytest.fixture
def demo() -> Iterator[subprocess.Popen[str]]:
    """Start a demo in a folder of its own temporary directory."""
    with subprocess.Popen(  # noqa: S603
        [*CLI, "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": str(_temporary())},
    ) as process:
        yield process
        if process.poll() is None:
            process.terminate()


def _temporary() -> Path:
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"demo-test-{os.getpid()}"  # noqa: S108
    folder.mkdir(exist_ok=True)
    return folder


async def _until_urls(process: subprocess.Popen[str]) -> None:
    """Read what it prints until it has named its places."""
    assert process.stdout is not None
    loop = asyncio.get_running_loop()
    said: list[str] = []
    while not re.search(r"History of", "".join(said[-1:])):
        said.append(await loop.run_in_executor(None, process.stdout.readline))
        assert said[-1], "the demo ended before it showed its places: " + "".join(said)


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_no_end_leaves_a_process(demo: subprocess.Popen[str], end: signal.Signals) -> None:
    """After Ctrl-C, a termination, even `kill -9`, none of its processes is left."""
    await _until_urls(demo)
    assert len(_processes(str(_temporary()))) >= 2
    demo.send_signal(end)
    await eventually(lambda: not _processes(str(_temporary())), seconds=30)
    await eventually(lambda: demo.poll() is not None)


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
async def test_a_part_that_crashes_ends_the_demo(demo: subprocess.Popen[str]) -> None:
    """With the simulated tenant killed, the demo says so, ends non-zero, and leaves nothing."""
    await _until_urls(demo)
    (tenant,) = (
        pid
        for pid, command in _processes(str(_temporary())).items()
        if "simulated-tenant" in command and "demo.guard" not in command
    )
    os.kill(tenant, signal.SIGKILL)
    loop = asyncio.get_running_loop()
    assert demo.stdout is not None
    rest = await loop.run_in_executor(None, demo.stdout.read)
    assert "The simulated tenant ended" in rest
    assert demo.wait(30) == 1
    assert _processes(str(_temporary())) == {}
