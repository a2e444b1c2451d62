"""Runs a verb of a version with other enrolments: ``other_version patched|unpatched verb …``."""

import sys

import worker.build  # noqa: F401 - what it knows is replaced
from cli.main import main
from tests.faults.launch.changed_enrolments import WithPatch
from tests.support.variants import WithAnotherTimer
from workflows.enrolment.workflow import EnrolmentWorkflow

# The second asks for a timer that no history has.
VERSIONS: dict[str, type] = {"patched": WithPatch, "unpatched": WithAnotherTimer}


def run() -> None:
    """Put the other enrolment in, wherever one is known already, and run the verb."""
    other = VERSIONS[sys.argv.pop(1)]
    for module in tuple(sys.modules.values()):
        if known := vars(module).get("WORKFLOWS"):
            ours = tuple(other if one is EnrolmentWorkflow else one for one in known)
            vars(module)["WORKFLOWS"] = ours
    main()


if __name__ == "__main__":
    run()
