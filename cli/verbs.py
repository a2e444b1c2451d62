"""What all verbs share: running a coroutine, and turning what goes wrong into one clear message."""

import asyncio
import os
from collections.abc import Coroutine
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import FailureError
from temporalio.service import RPCError

from demo.parts import DemoError
from domain.failures import RolloutError
from domain.imports.file import ImportFileError
from settings import SettingsError
from temporal.connect import is_unreachable

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
        fail(f"The import failed, and can be started again: {words_of(error.cause)}")
    except (RuntimeError, RPCError) as error:
        if not is_unreachable(error):
            raise
        address = os.environ.get("TEMPORAL_ADDRESS") or "localhost:7233"
        fail(f"Temporal can't be reached at {address}: start it, or set TEMPORAL_ADDRESS.")


def words_of(error: BaseException | None) -> str:
    """Return what an error of Temporal's says, without its type."""
    return error.message if isinstance(error, FailureError) else str(error)


def fail(message: str, status: int = 1) -> NoReturn:
    """Say what is wrong, and end."""
    err.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)
    raise typer.Exit(status)
