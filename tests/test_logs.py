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
details = {"workflow_id": "mfa-1", "workflow_type": "W", "activity_type": "a", "attempt": 2}
logging.getLogger("temporalio.activity").warning("failed", extra={"temporal_activity": details})
"""


def test_every_event_is_one_line_of_json_with_its_fields() -> None:
    """Both kinds of loggers write to standard error, so that a metric can count by field."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    ours, theirs, temporals = (json.loads(line) for line in done.stderr.splitlines())
    assert (ours["event"], ours["level"], ours["logger"]) == ("stuck-workflows", "error", "ours")
    assert (ours["count"], ours["workflow_ids"]) == (2, ["a", "b"])
    assert (theirs["event"], theirs["reason"]) == ("1 of 2", "full")
    assert "color_message" not in theirs
    told = {name: temporals[name] for name in ("workflow_id", "workflow", "activity", "attempt")}
    assert told == {"workflow_id": "mfa-1", "workflow": "W", "activity": "a", "attempt": 2}
    assert "temporal_activity" not in temporals


# A request by each of these would be a line with its URL, and a URL may hold a token or an address.
QUIET = """
import logging
from logs import configure_logs
configure_logs()
for name in ("httpx", "httpcore", "httpcore.http11", "uvicorn.access", "msal", "urllib3"):
    logging.getLogger(name).info("GET /api/enrol?token=x of %s", name)
    logging.getLogger(name).warning("trouble of %s", name)
"""


def test_no_library_logs_the_urls_of_requests() -> None:
    """What is wrong is told all the same."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", QUIET], capture_output=True, text=True, check=True
    )
    events = [json.loads(line)["event"] for line in done.stderr.splitlines()]
    assert len(events) == 6
    assert all(event.startswith("trouble of ") for event in events)


# A boundary that isn't where it should be, and none at all.
NO_FORMS = """
import contextlib
import python_multipart
from logs import configure_logs
configure_logs()
for boundary in (b"; boundary=x", b""):
    head = {"Content-Type": b"multipart/form-data" + boundary}
    with contextlib.suppress(python_multipart.exceptions.FormParserError):
        parser = python_multipart.create_form_parser(head, None, None)
        parser.write(b"--y")
"""


def test_a_form_that_is_none_is_no_line_in_the_log() -> None:
    """Whoever sends it is told so, and could otherwise write as many lines as they like."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", NO_FORMS], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
