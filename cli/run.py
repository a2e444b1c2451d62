"""Runs a verb's coroutine, and turns what goes wrong into one clear message."""

from collections.abc import Coroutine
from typing import Any

from cli.terminal import ExitStatus, fail


def run(verb: Coroutine[Any, Any, None], *, many_sockets: bool = False) -> None:
    """Run a verb's coroutine to its end; leave with a message where it fails in a known way.

    A process with ``many_sockets``, which serves HTTP or works for Temporal, has uvloop for its
    event loop: that is made for them.
    """
    import asyncio
    import gc

    if not gc.isenabled():
        # What was imported stays, so it is never looked through.
        gc.freeze()
        gc.enable()
    loop_factory = None
    if many_sockets:
        import uvloop

        loop_factory = uvloop.new_event_loop
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(_until_interrupted(verb))
    except Exception as error:
        told = _explain(error)
        if told is None:
            raise
        fail(*told)


async def _until_interrupted(verb: Coroutine[Any, Any, None]) -> None:
    """Run a verb until it ends, or until Ctrl-C: that ends it at once, and a second one by force.

    The system may hand the signal to a thread of the Temporal SDK. Then asyncio's own handler is
    only run when something else wakes the loop, which may take half a minute.

    Raises:
        KeyboardInterrupt: it was interrupted.
    """
    import asyncio
    import contextlib
    import signal

    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    interrupted = False

    def interrupt() -> None:
        nonlocal interrupted
        if interrupted or task is None:
            raise KeyboardInterrupt
        interrupted = True
        task.cancel()

    # Only the main thread hears of signals.
    with contextlib.suppress(ValueError, RuntimeError):
        loop.add_signal_handler(signal.SIGINT, interrupt)
    try:
        await verb
    except asyncio.CancelledError:
        if interrupted:
            raise KeyboardInterrupt from None
        raise


def _explain(error: Exception) -> tuple[str, ExitStatus] | None:
    """Say what is wrong and with which status to leave, None where nobody foresaw this."""
    from temporalio.client import WorkflowFailureError

    from cli.temporal import configured_target
    from demo.processes import DemoError
    from domain.failures import RolloutError
    from domain.imports.file_error import ImportFileError
    from settings import SettingsError
    from temporal.failures import innermost_message
    from temporal.refusals import TemporalRefused, refusal_of, sentence

    if isinstance(error, SettingsError):
        return _settings_message(str(error)), ExitStatus.USAGE
    if isinstance(error, ImportFileError):
        return str(error), ExitStatus.USAGE
    if isinstance(error, RolloutError | DemoError | TemporalRefused):
        return str(error), ExitStatus.FAILED
    if isinstance(error, WorkflowFailureError):
        return f"The worker could not do it: {innermost_message(error.cause)}", ExitStatus.FAILED
    if refusal_of(error) is not None:
        return str(sentence(error, configured_target())), ExitStatus.FAILED
    return None


def _settings_message(lines: str) -> str:
    """Say what is wrong with the settings, as a list where it is more than one thing."""
    if "\n" not in lines:
        return lines
    listed = "\n".join(f"- {line}" for line in lines.splitlines())
    return (
        f"These settings are missing or wrong:\n{listed}\n"
        "Set them in the file .env here, or in the environment; docs/settings.md explains each. "
        "`mfa-rollout doctor` checks them, and all that they lead to."
    )
