"""What the documents say is true of the code."""

import re
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from cli.main import app
from client.schedules import TIMETABLES
from domain.tracking_list.columns import COLUMNS
from simulated_tenant.population import WORKER_MAILBOX_ROLES, WORKER_ROLES
from tests.support.documents import DOCUMENTS, ROOT, seed_tests

README = (ROOT / "README.md").read_text()
MARKDOWN = sorted(
    [
        *ROOT.glob("*.md"),
        ROOT / "simulated_tenant/README.md",
        *(ROOT / "docs").rglob("*.md"),
    ]
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_made_documents_are_up_to_date(path: Path) -> None:
    """What is made from the code was made from this code: `make docs` changes nothing."""
    assert path.read_text() == DOCUMENTS[path]()


def test_readme_names_every_verb() -> None:
    """The README has a line for each verb of the command line, and none that doesn't exist."""
    program = typer.main.get_command(app)
    assert isinstance(program, TyperGroup)
    verbs = set(program.commands)
    told = set(re.findall(r"`mfa-rollout ([a-z-]+)", README))
    assert told == verbs


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_make_verbs_in_documents_exist(path: Path) -> None:
    """A document mentions only verbs that the Makefile has."""
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`", path.read_text())) <= verbs


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    """A relative link in a document names a file that exists."""
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text()):
        assert (path.parent / target).exists(), target


def _anchors(path: Path) -> set[str]:
    """Return what headings are called in addresses: small, without marks, with hyphens."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_chapters_lead_somewhere(path: Path) -> None:
    """A link into a document, this one or another, names a heading that it has."""
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#]*)#([^)]+)\)", path.read_text())
    for target, anchor in links:
        document = path.parent / target if target else path
        assert document.suffix != ".md" or anchor in _anchors(document), f"{target}#{anchor}"


def test_the_first_thirty_lines_make_one_run_it() -> None:
    """A reader who stops after thirty lines of the README has seen the command to try it."""
    assert "make demo" in "\n".join(README.splitlines()[:30])


def test_the_simulated_worker_may_do_what_the_admin_guide_grants() -> None:
    """The guide's table of permissions is what the worker has in the simulated tenant."""
    guide = (ROOT / "docs" / "admin-guide.md").read_text()
    granted = re.findall(
        r"`([\w.]+)`", "".join(re.findall(r"^\| (`\S.*?) \|", guide, re.MULTILINE))
    )
    first = granted.index(WORKER_ROLES[0])
    wanted = [*WORKER_ROLES, *WORKER_MAILBOX_ROLES]
    assert granted[first : first + len(wanted)] == wanted


def test_admin_guide_names_every_column() -> None:
    """The admin guide's table of the tracking list has all 24 columns."""
    guide = (ROOT / "docs" / "admin-guide.md").read_text()
    assert [column.name for column in COLUMNS if f"`{column.name}`" not in guide] == []


@pytest.mark.parametrize("node", seed_tests())
def test_seed_table_names_tests_that_exist(node: str) -> None:
    """Each sentence of the seed page has a test, and the table spells it as it is called."""
    file, _, name = node.partition("::")
    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(), flags=re.MULTILINE)


def test_operations_names_every_schedule() -> None:
    """Its table has each with how often it runs, and no other but webhooks and reports."""
    page = (ROOT / "docs/operations.md").read_text()
    rows = dict(re.findall(r"^\| `(mfa-[a-z-]+)` \| ([^|]+) \|", page, flags=re.MULTILINE))
    often = {"5 minutes": 300, "10 minutes": 600, "15 minutes": 900, "2 hours": 7200, "day": 86400}
    assert {schedule_id: often[every] for schedule_id, every in rows.items()} == {
        one.schedule_id: one.every.total_seconds() for one in TIMETABLES if one.every
    }
