"""The settings of a demo that runs in this folder, for verbs that nothing else is set for."""

import fcntl
import logging
from collections.abc import Container
from functools import lru_cache
from pathlib import Path

from settings.reader.errors import SettingsError

DEMO_ENV_FILE = ".demo.env"
# Each of them says which rollout is meant: then it isn't the demo's.
_NAME_A_ROLLOUT = frozenset(
    {
        *("TEMPORAL_ADDRESS", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE"),
        *("TENANT_ID", "CLIENT_ID", "API_CLIENT_ID", "PROVISION_CLIENT_ID"),
        *("DATABASE_URL", "DATA_DIR"),
    }
)

log = logging.getLogger(__name__)


def names_a_rollout(names: Container[str]) -> bool:
    """Return True if variables with these names say which rollout is meant."""
    return any(name in names for name in _NAME_A_ROLLOUT)


def find_demo() -> Path | None:
    """Return the file of the demo that runs in this folder, and say so once.

    Raises:
        SettingsError: the demo that wrote the file has ended.
    """
    path = Path(DEMO_ENV_FILE)
    if not path.exists():
        return None
    if not _is_held(path):
        raise SettingsError(
            f"The demo that wrote {path} has ended. Start it again with `mfa-rollout demo`, or"
            f" delete {path} and set up a rollout of your own (docs/admin-guide.md)."
        )
    _say_once(path.resolve())
    return path


def _is_held(path: Path) -> bool:
    """Return True while the demo runs: it holds a lock on its file, which ends with it."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@lru_cache(maxsize=16)
def _say_once(path: Path) -> None:
    log.warning("Using the demo that runs here (%s).", path.name)
