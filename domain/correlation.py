"""The id under which an import, its workflows, their Graph calls and mails are found together."""

from contextvars import ContextVar

# Of the activity that runs now: its Graph calls and mails carry it. None outside of activities.
correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
