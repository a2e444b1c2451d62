"""The demo, run as the README says: every story ends as it should."""

import os
import subprocess
from datetime import UTC, datetime

import pytest

from client.people.standing import read_standing
from database.engine import Database, default_url
from demo.commands import CLI
from demo.rollout.watch import SETTLED_WITHIN_DAYS
from domain.standing.sentences import story_sentence
from domain.tables.sending import SendingPolicy
from simulated_tenant.population_names import PEOPLE, Person
from tests.database.conftest import create_database
from tests.documents.shown import ROOT
from tests.integration.personas import wrong_in_tables

KINDS = sorted({person.kind.value for person in PEOPLE})

# The same on the other engine takes another minute.
LONG = pytest.mark.long

# Its people act by the clock, however late the product is: where other tests run beside it, it has
# been 20 seconds late. That is two of these days, and a reminder comes after seven.
DAY_SECONDS = 10
# It waits as long as the demo itself, which gives up by itself on a machine that is far too slow.
PATIENCE = (SETTLED_WITHIN_DAYS + 20) * DAY_SECONDS

pytestmark = pytest.mark.timeout(PATIENCE + 60)


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
def settled(
    tables_at: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> subprocess.CompletedProcess[str]:
    """Run the demo once to its end, in a folder of its own."""
    return subprocess.run(  # noqa: S603
        [*CLI, "demo", "--until-settled", f"--day={DAY_SECONDS}", tables_at[1]],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        cwd=tmp_path_factory.mktemp("demo"),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_the_demo_settles(settled: subprocess.CompletedProcess[str]) -> None:
    """It ends with status 0, having shown the funnel and a line for each person."""
    assert settled.returncode == 0, settled.stdout[-4000:] + settled.stderr
    assert f"All {len(PEOPLE)} stories have ended as they should" in settled.stdout
    assert "Active" in settled.stdout
    assert "/outbox" in settled.stdout
    assert "/portal" in settled.stdout


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
