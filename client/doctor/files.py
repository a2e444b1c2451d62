"""Whether others on this machine can read the files that hold secrets or people's names."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from domain.doctor.checks import Check, Fault, Finding, Good, found

_OTHERS = stat.S_IRGRP | stat.S_IROTH
_MAY_ENTER = stat.S_IXGRP | stat.S_IXOTH


def look_at_files(files: Mapping[str, Path]) -> list[Finding]:
    """Return a line for each file that others can read; names of settings lead to files.

    A file that isn't there has its line elsewhere. Secrets that an orchestrator mounts can't be
    changed from here: they are on file systems of their own, or read-only.
    """
    lines = [
        found(Check.FILES, Fault.FILE_READABLE, setting=setting, path=path)
        for setting, path in files.items()
        if _is_readable_by_others(path)
    ]
    return lines or [found(Check.FILES, Good.FILES)]


def _is_readable_by_others(path: Path) -> bool:
    if os.name != "posix":
        return False
    try:
        mode = path.stat().st_mode
        parent = path.resolve().parent.stat().st_mode
        read_only = os.statvfs(path).f_flag & os.ST_RDONLY
    except OSError:
        return False
    mounted = path.resolve().is_relative_to("/run/secrets")
    # A folder that others may not enter keeps its files from them, whatever these allow.
    kept = not parent & _MAY_ENTER
    return stat.S_ISREG(mode) and bool(mode & _OTHERS) and not (read_only or mounted or kept)
