"""The sandbox does what workflow code needs, and nothing that costs much and brings nothing."""

import ast
from pathlib import Path

from temporalio.converter import (
    ActivitySerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)
from temporalio.worker.workflow_sandbox import SandboxRestrictions

from temporal.connect import DATA_CONVERTER
from temporal.encryption.codec import PayloadEncryption
from worker.build import MADE_ONCE, SANDBOX


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
    path = Path(__file__).parents[2] / f"{MADE_ONCE.replace('.', '/')}.py"
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
