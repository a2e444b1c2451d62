"""The disk of tables and outbox is full for a while."""

import errno
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.arrangement import Arrangement, CantRunHere
from tests.faults.parts import TEMPORAL
from tests.faults.scenarios.trouble import Trouble

# Room for a cluster of PostgreSQL, too.
MEGABYTES = 160
_CHUNK = bytes(65_536)


@contextmanager
def on_a_small_disk(_: Path) -> Iterator[Arrangement]:
    """Put tables and outbox on a file system of their own, of some megabytes of memory.

    Raises:
        CantRunHere: this user may not mount one.
    """
    with tempfile.TemporaryDirectory(prefix="mfa-rollout-disk-") as name:
        disk = Path(name)
        # PostgreSQL runs as a user of its own.
        disk.chmod(0o711)
        size = f"size={MEGABYTES}m"
        mounted = subprocess.run(  # noqa: S603 - our own command line
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", name],  # noqa: S607 - wherever it is
            capture_output=True,
            check=False,
        )
        if mounted.returncode:
            raise CantRunHere(
                "only root may mount the small disk; try `unshare --user --map-root-user --mount`"
            )
        try:
            yield Arrangement(
                data=disk / "data",
                cluster=disk,
                environment={"OUTBOX_PATH": str(disk / "outbox.sqlite")},
            )
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)  # noqa: S603, S607 - the same


async def disk_full(trouble: Trouble) -> None:
    """Fill the disk, take Temporal away as well, and give both back, in either order.

    While both are away a click can be neither told nor kept: the page has to say so. PostgreSQL
    ends where it can't write its log, and is started again once there is room.
    """
    disk = trouble.arrangement.cluster
    assert disk is not None, "the scenario has a disk of its own"
    ballast = disk / "ballast"
    await trouble.invited(0.1)
    for temporal_first in (True, False):
        await trouble.pause(1, 3)
        _fill(ballast)
        await trouble.pause(2, 4)
        await trouble.parts.kill(TEMPORAL)
        await trouble.pause(2, 4)
        if temporal_first:
            await trouble.parts.start(TEMPORAL)
            await trouble.pause(1, 2)
        await _make_room(trouble, ballast)
        if not temporal_first:
            await trouble.pause(1, 2)
            await trouble.parts.start(TEMPORAL)


async def _make_room(trouble: Trouble, ballast: Path) -> None:
    _empty(ballast)
    if trouble.postgresql is not None and not await trouble.postgresql.is_running():
        await trouble.postgresql.start()


def _fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            try:
                file.write(_CHUNK)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                break
        # The last page, too.
        while True:
            file.write(b"\0" * 512)


def _empty(ballast: Path) -> None:
    ballast.unlink()
