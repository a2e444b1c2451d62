"""Runs a verb of a version with other enrolments: ``other_version patched|unpatched verb …``."""

import sys

import worker.enrolment
from cli.main import main
from tests.faults.launch.changed_enrolments import WithPatch
from tests.support.variants import WithAnotherTimer
from workflows.enrolment.workflow import EnrolmentWorkflow

# The second asks for a timer that no history has.
VERSIONS: dict[str, type] = {"patched": WithPatch, "unpatched": WithAnotherTimer}


def run() -> None:
    """Put the other enrolment in, before anything has asked for it, and run the verb."""
    other = VERSIONS[sys.argv.pop(1)]
    worker.enrolment.WORKFLOWS = tuple(  # type: ignore[assignment]
        other if one is EnrolmentWorkflow else one for one in worker.enrolment.WORKFLOWS
    )
    main()


if __name__ == "__main__":
    run()
