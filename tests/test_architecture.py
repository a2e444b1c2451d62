"""What no linter sees: every workflow loads in the strict sandbox, under the name of its class."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow

import workflows
from domain.enrolment.messages import Signal, Update
from domain.identifiers import ENROLMENT_WORKFLOW
from tests.support.enrolments import STRICT
from workflows.enrolment.workflow import EnrolmentWorkflow

ROOT = Path(__file__).parents[1]
# What starts, finds, signals and asks workflows: the calls of Temporal's client and its handles.
CALLS_OF_CLIENT = {
    "count_workflows",
    "create_schedule",
    "describe",
    "execute_update",
    "execute_update_with_start_workflow",
    "execute_workflow",
    "get_schedule_handle",
    "get_workflow_handle",
    "get_workflow_handle_for",
    "list_workflows",
    "query",
    "signal",
    "start_update",
    "start_update_with_start_workflow",
    "start_workflow",
    "terminate",
}
LAYERS = (
    "activities",
    "api",
    "bench",
    "cli",
    "client",
    "database",
    "demo",
    "domain",
    "graph",
    "settings",
    "telemetry",
    "temporal",
    "templates",
    "webhooks",
    "worker",
    "workflows",
)
MODULES = [name for _, name, _ in pkgutil.walk_packages(workflows.__path__, "workflows.")]


def _modules() -> dict[str, Path]:
    """Return the product's modules, each by the name that it is imported by."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for layer in LAYERS
        for path in (ROOT / layer).rglob("*.py")
    }


@cache
def _imports() -> tuple[tuple[Path, Path], ...]:
    """Return who imports whom, also inside functions and for types alone."""
    modules, found = _modules(), []
    for path in modules.values():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{one.name}" for one in node.names]
                whose = [modules.get(name) or modules.get(str(node.module)) for name in names]
            elif isinstance(node, ast.Import):
                whose = [modules.get(one.name) for one in node.names]
            else:
                continue
            mine = path.relative_to(ROOT)
            found += [(mine, other.relative_to(ROOT)) for other in whose if other is not None]
    return tuple(found)


def _circle(imports: Mapping[str, set[str]]) -> list[str]:
    """Return a circle of those that import each other, an empty list where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []


def _definitions() -> dict[type, Any]:
    found: dict[type, Any] = {}
    for name in MODULES:
        for _, cls in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            definition = workflow._Definition.from_class(cls)  # noqa: SLF001 - nothing public tells
            if definition is not None:
                found[cls] = definition
    return found


DEFINITIONS = _definitions()
AREAS = ("enrolment", "imports", "mail", "registration", "tracking_list")


def test_workflows_are_found() -> None:
    """The list that the other tests go through isn't empty by mistake."""
    names = {cls.__name__ for cls in DEFINITIONS}
    assert {"EnrolmentWorkflow", "BatchWorkflow", "ResendRequestWorkflow"} <= names


@pytest.mark.parametrize("cls", DEFINITIONS, ids=lambda cls: cls.__name__)
async def test_loads_in_the_strict_sandbox(cls: type) -> None:
    """Nothing that a workflow needs comes into the sandbox by accident."""
    STRICT.prepare_workflow(DEFINITIONS[cls])


@pytest.mark.parametrize("cls", DEFINITIONS, ids=lambda cls: cls.__name__)
def test_type_name_is_the_class_name(cls: type) -> None:
    """What the Temporal UI calls a workflow can be found in the code."""
    assert DEFINITIONS[cls].name == cls.__name__


def test_type_name_that_activities_start_by() -> None:
    """Activities can't import workflows: the name that they start enrolments by is right."""
    assert DEFINITIONS[EnrolmentWorkflow].name == ENROLMENT_WORKFLOW


def test_messages_have_the_names_that_senders_use() -> None:
    """Signals and updates of enrolments are those of ``domain.enrolment.messages``."""
    enrolment = DEFINITIONS[EnrolmentWorkflow]
    assert set(enrolment.signals) == set(Signal)
    assert set(enrolment.updates) == set(Update)
    assert set(enrolment.queries) == {"state"}


@pytest.mark.parametrize("cls", DEFINITIONS, ids=lambda cls: cls.__name__)
def test_tells_its_life(cls: type) -> None:
    """Every workflow's docstring says how it ends, and every message has one of its own."""
    assert cls.__doc__
    definition = DEFINITIONS[cls]
    for message in (*definition.signals.values(), *definition.updates.values()):
        assert message.fn.__doc__


@pytest.mark.parametrize("folder", ["api", "cli", "demo", "worker"])
def test_only_client_talks_to_workflows(folder: str) -> None:
    """Outside activities there is one place that starts, finds, signals and asks workflows."""
    calls = {
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.func)}"
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CALLS_OF_CLIENT
    }
    # Of processes and of the operating system.
    others = ("process.terminate", "signal.signal", "child.terminate")
    assert [call for call in calls if not call.endswith(others)] == []


@pytest.mark.parametrize("layer", LAYERS)
def test_no_folder_needs_searching(layer: str) -> None:
    """A stranger sees at one look what a folder holds: twelve modules at most."""
    root = ROOT / layer
    for folder in (root, *(path for path in root.rglob("*") if path.is_dir())):
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= 12, folder


@pytest.mark.parametrize("folder", [*LAYERS, "simulated_tenant", "tests"])
def test_no_file_is_long(folder: str) -> None:
    """A file has one idea, and can be read at one sitting: 300 lines at most."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 300
    }
    assert long == {}


def test_no_files_import_each_other() -> None:
    """No file is imported by what it imports, also by way of others."""
    files = defaultdict(set)
    for importer, imported in _imports():
        files[str(importer)].add(str(imported))
    assert len(files) > 600
    assert _circle(files) == []


def test_no_folders_beside_each_other_import_each_other() -> None:
    """Of two folders in the same one at most one imports the other, also by way of others."""
    folders = defaultdict(set)
    for importer, imported in _imports():
        both = zip(importer.parent.parts, imported.parent.parts, strict=False)
        for depth, (mine, theirs) in enumerate(both):
            if mine != theirs:
                above = importer.parts[:depth]
                folders["/".join((*above, mine))].add("/".join((*above, theirs)))
                break
    assert len(folders) > 60
    assert _circle(folders) == []


@pytest.mark.parametrize("area", AREAS)
def test_an_area_has_one_name(area: str) -> None:
    """Rules, activities and registration of an area are found under the same name."""
    assert (ROOT / "domain" / area).is_dir()
    assert (ROOT / "activities" / area).is_dir()
    assert (ROOT / "worker" / f"{area}.py").is_file()


@pytest.mark.parametrize("layer", LAYERS)
def test_the_map_has_every_folder(layer: str) -> None:
    """A stranger finds each folder of a layer in the row of the map that names the layer."""
    text = (ROOT / "docs/architecture.md").read_text()
    rows = [line for line in text.partition("## How it works")[0].splitlines() if line[:1] == "|"]
    own = " ".join(line for line in rows if f"`{layer}/`" in line.split("|")[1])
    folders = {path.parent.name for path in (ROOT / layer).glob("*/__init__.py")}
    assert own
    assert {folder for folder in folders if not re.search(rf"[`/]{folder}/`", own)} == set()


def test_only_the_simulated_tenant_is_typed_for_others() -> None:
    """Nobody imports the product: no package of it tells type checkers to rely on its names."""
    assert [*ROOT.glob("*/py.typed")] == []
