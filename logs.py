"""What a process writes to its log: one line of JSON an event, no address, token or secret."""

import logging

import structlog
import structlog.tracebacks
from temporalio import activity, workflow

# These log URLs, and a URL may hold a token or an address.
QUIET = ("httpx", "httpcore", "uvicorn.access", "msal", "urllib3")


def configure_logs(level: int = logging.INFO) -> None:
    """Send every logger's events to standard error as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Activities have their ids bound (``telemetry.log_context``); these would stand in the event.
    activity.logger.activity_info_on_message = activity.logger.activity_info_on_extra = False
    workflow.logger.workflow_info_on_message = False
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), _without_colours],
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


def _without_colours(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Leave out what uvicorn adds for terminals: the event once more."""
    event.pop("color_message", None)
    return event
