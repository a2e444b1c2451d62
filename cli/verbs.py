"""What all verbs share: running a coroutine, and turning what goes wrong into one clear message."""

import asyncio
from collections.abc import Coroutine
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError, RPCStatusCode

from demo.parts import DemoError
from domain.failures import RolloutError
from domain.imports.file import ImportFileError
from settings import SettingsError, temporal_environment

USAGE = 2

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def run(verb: Coroutine[Any, Any, None]) -> None:
    """Run a verb's coroutine to its end."""
    try:
        asyncio.run(verb)
    except (SettingsError, ImportFileError) as error:
        fail(str(error), USAGE)
    except (RolloutError, DemoError) as error:
        fail(str(error))
    except WorkflowFailureError as error:
        fail(f"The import failed, and can be started again: {error.cause}")
    except (RuntimeError, RPCError) as error:
        if not _is_unreachable(error):
            raise
        address = temporal_environment().get("TEMPORAL_ADDRESS", "localhost:7233")
        fail(f"Temporal can't be reached at {address}: start it, or set TEMPORAL_ADDRESS.")


def fail(message: str, status: int = 1) -> NoReturn:
    """Say what is wrong, and end."""
    err.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)
    raise typer.Exit(status)


def _is_unreachable(error: RuntimeError | RPCError) -> bool:
    """Say whether this means that Temporal isn't there; the SDK has no type of its own for it."""
    if isinstance(error, RPCError):
        return error.status is RPCStatusCode.UNAVAILABLE
    return "failed client connect" in str(error).casefold()
