"""Which tests one process runs together, and which begin first, when several run side by side."""

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

# Files that share one running product: its start costs more than most of their tests. The first
# records all calls, so this is their order.
ONE_PRODUCT = tuple(
    f"tests/integration/test_{name}.py" for name in ("columns", "journey", "older_system")
)
ONE_REHEARSAL = ("tests/integration/test_switches.py", "tests/integration/test_names.py")
ONE_IDLE_PRODUCT = tuple(f"tests/integration/test_{name}.py" for name in ("bad_input", "provision"))
ONE_OWN_PRODUCT = tuple(
    f"tests/integration/test_{name}.py"
    for name in ("cancel", "erasure", "imports", "list", "worker_killed")
)
# Demos have fixed ports, where nothing else listens there: one at a time.
ONE_DEMO = ("tests/integration/test_demo.py", "tests/integration/test_demo_ends.py")
ONE_MEASURED_PRODUCT = tuple(
    f"tests/telemetry/test_{name}.py"
    for name in ("dashboard_and_alerts", "log_events", "running_product", "traces")
)
# Each of its tests starts a product of its own, and takes a minute, of which it mostly waits.
APART = "tests/faults/test_short_rollouts.py"
# What takes longest begins first, so that no process is left with it at the end.
_FIRST = (
    *ONE_DEMO,
    APART,
    *ONE_PRODUCT,
    *ONE_REHEARSAL,
    *ONE_IDLE_PRODUCT,
    *ONE_OWN_PRODUCT,
    "tests/truth/test_journeys.py",
    "tests/integration/",
    "tests/test_wheel.py",
)
_LEADERS = {
    file: files[0]
    for files in (
        *(ONE_PRODUCT, ONE_REHEARSAL, ONE_IDLE_PRODUCT, ONE_OWN_PRODUCT),
        *(ONE_DEMO, ONE_MEASURED_PRODUCT),
    )
    for file in files
}


class Together(LoadFileScheduling):  # type: ignore[misc]
    """Gives a process whole files, and those that share a product as if they were one.

    Of one file each test is given by itself.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Let every second process begin at the end: what waits runs beside what computes."""
        if self.nodes.index(node) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file == APART else _LEADERS.get(file, file)


def rank(nodeid: str) -> int:
    """Return the place of a test's file in the order in which files begin."""
    places = (place for place, begin in enumerate(_FIRST) if nodeid.startswith(begin))
    return next(places, len(_FIRST))
