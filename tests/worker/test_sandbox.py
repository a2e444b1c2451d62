"""The sandbox of workflow code: what it refuses, who passes it by, and what it leaves out."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.converter import (
    ActivitySerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxRestrictions

from temporal.connect import DATA_CONVERTER
from temporal.encryption.codec import PayloadEncryption
from tests.worker.forbidden_calls import FORBIDDEN, ForbiddenCallsWorkflow
from worker.build import MADE_ONCE, SANDBOX

RUFF = Path(sys.executable).with_name("ruff")
ROOT = Path(__file__).parents[2]
OURS = {path.parent.name for path in ROOT.glob("*/__init__.py")}


def test_payloads_are_converted_alike_whatever_they_are_for() -> None:
    """The converter is the same in every context, so a workflow needn't be asked for its own."""
    contexts = (
        WorkflowSerializationContext(namespace="default", workflow_id="one"),
        ActivitySerializationContext(
            namespace="default",
            activity_id="1",
            activity_type="write_row",
            activity_task_queue="queue",
            workflow_id="one",
            workflow_type="EnrolmentWorkflow",
            is_local=False,
        ),
    )
    for context in contexts:
        assert DATA_CONVERTER.with_context(context) is DATA_CONVERTER
    assert DATA_CONVERTER.external_storage is None
    assert not issubclass(PayloadEncryption, WithSerializationContext)


def test_only_the_module_of_the_enrolment_is_made_once() -> None:
    """No other module of ours is exempt by the worker's own settings."""
    default = SandboxRestrictions.default.passthrough_modules
    assert SANDBOX.restrictions.passthrough_modules - default == {MADE_ONCE}


def test_the_module_that_is_made_once_imports_nothing_that_the_sandbox_refuses() -> None:
    """Outside of what is passed through there are the SDK, and names that do nothing by chance."""
    path = ROOT / f"{MADE_ONCE.replace('.', '/')}.py"
    imported = {
        ast.unparse(statement)
        for statement in ast.parse(path.read_text()).body
        if isinstance(statement, ast.Import | ast.ImportFrom)
    }
    assert imported == {
        "from asyncio import CancelledError",
        "from typing import TYPE_CHECKING",
        "from temporalio import workflow",
        "from temporalio.exceptions import FailureError, is_cancelled_exception",
    }


async def test_the_sandbox_refuses_what_breaks_replay(
    client: Client, unique: Callable[[str], str]
) -> None:
    """Clocks, chance, files, the environment, processes and the network are out of its reach."""
    queue = unique("queue")
    async with Worker(
        client, task_queue=queue, workflows=[ForbiddenCallsWorkflow], workflow_runner=SANDBOX
    ):
        became = await client.execute_workflow(
            ForbiddenCallsWorkflow.run, id=unique("forbidden"), task_queue=queue
        )
    assert became == dict.fromkeys((*FORBIDDEN, "open_connection"), "refused")


PASSED_BY = {
    "import time": "TID251",
    "import random": "TID251",
    "import secrets": "TID251",
    "import socket": "TID251",
    "import subprocess": "TID251",
    "from urllib.request import urlopen": "TID251",
    "import datetime as d; d.datetime.now(d.UTC)": "TID251",
    "import datetime as d; d.datetime.utcnow()": "TID251",
    "import datetime as d; d.date.today()": "DTZ011",
    "from uuid import uuid1": "TID251",
    "from uuid import uuid4": "TID251",
    "from os import environ": "TID251",
    "from os import getenv": "TID251",
    "import os; os.getcwd()": "PTH109",
    "open('x')": "PTH123",
    "from asyncio import wait": "TID251",
    "from asyncio import as_completed": "TID251",
}


@pytest.mark.parametrize("folder", ["domain", "temporal", "workflows"])
def test_lint_refuses_it_where_the_sandbox_is_passed_by(folder: str) -> None:
    """Modules that workflow code imports past the sandbox can't have it either."""
    checked = subprocess.run(  # noqa: S603 - our own text
        [RUFF, "check", "--output-format=json", f"--stdin-filename={folder}/a.py", "-"],
        cwd=ROOT,
        input="\n".join(PASSED_BY),
        capture_output=True,
        text=True,
        check=False,
    )
    found = {(one["location"]["row"], one["code"]) for one in json.loads(checked.stdout)}
    wanted = {(row, code) for row, code in enumerate(PASSED_BY.values(), start=1)}
    assert wanted - found == set()


def test_no_other_code_is_called_past_the_sandbox() -> None:
    """Of activities workflow code knows classes alone: what to call by reference, and values.

    Everything else that it imports is in a folder with those rules.
    """
    checked_folders = {"domain", "temporal", "workflows"}
    functions = {
        f"{module}.{name}"
        for path in (ROOT / "workflows").rglob("*.py")
        for module, name in _imported(ast.parse(path.read_text()))
        if module.partition(".")[0] in OURS - checked_folders
        and not isinstance(getattr(import_module(module), name), type)
    }
    assert functions == set()


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)
