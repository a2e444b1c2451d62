"""What a process writes to its log: one line of JSON an event, no address, token or secret."""

import logging

import structlog
import structlog.tracebacks
from temporalio import activity, workflow

# These log URLs, and a URL may hold a token or an address.
QUIET = ("httpx", "httpcore", "uvicorn.access", "msal", "urllib3")
# It logs a byte of each form that is none, and whoever sent that is answered.
MUTE = "python_multipart"
_TEMPORAL_FIELDS = {
    "workflow_id": "workflow_id",
    "workflow_type": "workflow",
    "activity_type": "activity",
    "attempt": "attempt",
}


def configure_logs(level: int = logging.INFO) -> None:
    """Send every logger's events to standard error as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Else Temporal's loggers write their ids into the event, which couldn't be counted then.
    activity.logger.activity_info_on_message = workflow.logger.workflow_info_on_message = False
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), _as_ours],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ],
    )
    # Loggers of structlog's own go the same way, with their fields.
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(MUTE).setLevel(logging.CRITICAL)


def _as_ours(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Give what libraries log the fields of our own lines.

    Temporal's have their ids under the names that ``telemetry.log_context`` binds. Uvicorn's lose
    the event as it is coloured for terminals.
    """
    event.pop("color_message", None)
    for details in (event.pop("temporal_activity", {}), event.pop("temporal_workflow", {})):
        for name, field in _TEMPORAL_FIELDS.items():
            if name in details:
                event.setdefault(field, details[name])
    return event
