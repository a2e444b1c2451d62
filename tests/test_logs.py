"""What a process writes to its log."""

import json
import subprocess
import sys

PROGRAM = """
import logging
import structlog
from logs import configure_logs
log = structlog.get_logger("ours")
configure_logs()
log.error("stuck-workflows", count=2, workflow_ids=["a", "b"])
extra = {"reason": "full", "color_message": "x"}
logging.getLogger("theirs").warning("%s of %s", 1, 2, extra=extra)
"""


def test_every_event_is_one_line_of_json_with_its_fields() -> None:
    """Both kinds of loggers write to standard error, so that a metric can count by field."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    ours, theirs = (json.loads(line) for line in done.stderr.splitlines())
    assert (ours["event"], ours["level"], ours["logger"]) == ("stuck-workflows", "error", "ours")
    assert (ours["count"], ours["workflow_ids"]) == (2, ["a", "b"])
    assert (theirs["event"], theirs["reason"]) == ("1 of 2", "full")
    assert "color_message" not in theirs
