"""The disk of tables and outbox is full for a while."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.arrangement import Arrangement, CantRunHere
from tests.faults.parts import TEMPORAL
from tests.faults.scenarios.trouble import Trouble

MEGABYTES = 48
_CHUNK = bytes(65_536)


@contextmanager
def on_a_small_disk(folder: Path) -> Iterator[Arrangement]:
    """Put tables and outbox on a file system of their own, of some megabytes of memory.

    Raises:
        CantRunHere: this user may not mount one.
    """
    disk = _disk(folder)
    disk.mkdir()
    size = f"size={MEGABYTES}m"
    mounted = subprocess.run(  # noqa: S603 - our own command line
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(disk)],  # noqa: S607 - wherever it is
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        raise CantRunHere(
            "only root may mount the small disk; try `unshare --user --map-root-user --mount`"
        )
    try:
        yield Arrangement(
            data=disk / "data", environment={"OUTBOX_PATH": str(disk / "outbox.sqlite")}
        )
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)  # noqa: S603, S607 - the same


async def disk_full(trouble: Trouble) -> None:
    """Fill the disk, take Temporal away as well, and give both back, in either order.

    While both are away a click can be neither told nor kept: the page has to say so.
    """
    ballast = _disk(trouble.folder) / "ballast"
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
            ballast.unlink()
        else:
            ballast.unlink()
            await trouble.pause(1, 2)
            await trouble.parts.start(TEMPORAL)


def _disk(folder: Path) -> Path:
    return folder / "disk"


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
