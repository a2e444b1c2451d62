"""What runs the suite: which tests it leaves out, what it counts, and what it keeps together."""

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from simulated_tenant.traits import split_trait, trait_names
from tests.conftest import LONGEST_SECONDS, pytest_collection_modifyitems
from tests.stages import (
    LAGS,
    TRAITS,
    WITHOUT_JOURNEYS,
    WITHOUT_ROLLOUT,
    tenant_has_changed,
    unproved,
)
from tests.support.documents import seed_tests
from tests.support.parts import PARTS, ROOT, paths
from tests.support.reports import Result, read
from tests.support.together import ONE_PRODUCT, ONE_REHEARSAL, rank

Commit = Callable[[str], None]
TENANT = Path("simulated_tenant/src/answers.py")
OTHER = Path("domain/rules.py")


def git(folder: Path, *arguments: str) -> None:
    """Run git as nobody in particular."""
    nobody = ("-c", "user.name=nobody", "-c", "user.email=nobody@contoso.example")
    subprocess.run(["git", "-C", str(folder), *nobody, *arguments], check=True, capture_output=True)  # noqa: S603, S607


def write(folder: Path, path: Path, text: str) -> None:
    """Write a file, wherever it is."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a repository of two commits, the second of which changes something else."""
    git(tmp_path, "init", "--initial-branch=main")
    write(tmp_path, TENANT, "1")
    for text in ("1", "2"):
        write(tmp_path, OTHER, text)
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--message", text)
    return tmp_path


def test_a_tenant_as_before_is_known(repository: Path) -> None:
    """A commit that changes something else leaves the tenant's own tests out."""
    assert not tenant_has_changed(repository)
    write(repository, OTHER, "3")
    assert not tenant_has_changed(repository)


@pytest.mark.parametrize("path", [TENANT, TENANT.with_name("new.py")], ids=["changed", "new"])
@pytest.mark.parametrize("committed", [True, False], ids=["committed", "not committed"])
def test_a_changed_tenant_is_known(repository: Path, path: Path, committed: bool) -> None:
    """A changed file and a new one count, also before they are committed."""
    write(repository, path, "2")
    if committed:
        git(repository, "add", "--all")
        git(repository, "commit", "--message", "the tenant")
    assert tenant_has_changed(repository)


def test_a_merge_brings_all_that_its_branch_changed(repository: Path) -> None:
    """The tenant has changed where any commit of the branch changed it, not only the last."""
    git(repository, "switch", "--create", "branch")
    for path in (TENANT, OTHER):
        write(repository, path, "branch")
        git(repository, "commit", "--all", "--message", "branch")
    git(repository, "switch", "main")
    git(repository, "merge", "--no-ff", "branch")
    assert tenant_has_changed(repository)


def test_what_git_does_not_know_counts_as_changed(tmp_path: Path, repository: Path) -> None:
    """Without a commit before this one, or without git, the tenant's own tests run."""
    git(tmp_path, "clone", "--depth=1", f"file://{repository}", "shallow")
    assert tenant_has_changed(tmp_path / "shallow")
    assert tenant_has_changed(tmp_path / "nowhere")


def test_outcomes_are_counted(tmp_path: Path) -> None:
    """A failure and an error are failed tests; what is left is passed, whatever its parameters."""
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1">'
        '<testcase classname="tests.a.test_b" name="test_c[1 [x]]" />'
        '<testcase classname="tests.a.test_b" name="test_d" />'
        '<testcase classname="tests.a.test_b" name="test_e"><skipped /></testcase>'
        '<testcase classname="tests.a.test_b" name="test_f"><failure /></testcase>'
        '<testcase classname="tests.a.test_b" name="test_g"><error /></testcase>'
        "</testsuite></testsuites>"
    )
    result = read(1, report)
    assert result.counts == {"passed": 2, "failed": 2, "skipped": 1}
    assert result.passed == {"tests/a/test_b.py::test_c", "tests/a/test_b.py::test_d"}
    assert read(2, tmp_path / "nothing.xml") == Result(2)


def test_a_sentence_without_a_passed_test_is_named() -> None:
    """A run in which all but one test of the seed page passed names that one."""
    first, *others = seed_tests()
    assert unproved([Result(0, passed=set(others[:3])), Result(0, passed=set(others[3:]))]) == [
        first
    ]


def test_every_trait_is_met_or_left_out_on_purpose() -> None:
    """A trait that is added to the simulated tenant has to be added to a stage, too."""
    met = Counter(split_trait(trait)[0] for trait in TRAITS)
    assert met + Counter(WITHOUT_ROLLOUT) == Counter(trait_names().keys())
    assert met.keys() >= LAGS | WITHOUT_JOURNEYS


def test_every_test_is_in_one_part() -> None:
    """Each file of tests is in exactly one of the parts that run side by side."""
    places = Counter(
        file
        for part in PARTS
        for path in paths(part, tenant=True)
        for file in ([ROOT / path] if path.endswith(".py") else (ROOT / path).rglob("test_*.py"))
    )
    files = [*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("simulated_tenant/tests/**/test_*.py")]
    assert places == Counter(files)
    assert not [path for path in paths(PARTS[-1], tenant=False) if "tenant" in path]


def test_files_that_share_a_product_are_there_and_in_order() -> None:
    """Each is a file of tests, and each begins before the next."""
    for files in (ONE_PRODUCT, ONE_REHEARSAL):
        assert all((ROOT / file).is_file() for file in files)
        places = [rank(f"{file}::test") for file in files]
        assert places == sorted(set(places))
    assert rank("tests/domain/test_instants.py::test") > rank(f"{ONE_PRODUCT[-1]}::test")


def test_no_test_asks_for_what_the_report_refuses() -> None:
    """A fixture that pytest warns of in the report of a stage, where warnings are errors."""
    refused = re.compile(r"\brecord_(property|xml_attribute)\b")
    files = ROOT.glob("tests/**/test_*.py")
    assert not [file.name for file in files if refused.search(file.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("marks", "seconds"),
    [
        ((), None),
        ((pytest.mark.long,), LONGEST_SECONDS),
        ((pytest.mark.long, pytest.mark.timeout(60)), 60),
    ],
    ids=["another", "long", "with a time of its own"],
)
def test_long_tests_have_long(
    request: pytest.FixtureRequest, marks: tuple[pytest.MarkDecorator, ...], seconds: int | None
) -> None:
    """What takes minutes on an idle machine may take ten times as long on a busy one."""
    parent = request.node.getparent(pytest.Module)
    test = pytest.Function.from_parent(parent, name="a test", callobj=lambda: None)
    for mark in marks:
        test.add_marker(mark)
    pytest_collection_modifyitems([test])
    found = test.get_closest_marker("timeout")
    assert (found.args if found else None) == (None if seconds is None else (seconds,))
