"""The sandbox of workflow code does nothing that our converter has no use for."""

from temporalio.converter import (
    ActivitySerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)
from temporalio.worker.workflow_sandbox import SandboxRestrictions

from temporal.connect import DATA_CONVERTER
from temporal.encryption.codec import PayloadEncryption
from worker.build import SANDBOX


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


def test_workers_run_workflows_in_the_whole_sandbox() -> None:
    """No module of ours is exempt by the worker's own settings."""
    assert SANDBOX.restrictions.passthrough_modules == (
        SandboxRestrictions.default.passthrough_modules
    )
