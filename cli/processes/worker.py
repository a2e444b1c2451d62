"""The verb that runs a worker."""

import typer

from cli.help import PROCESSES, examples
from cli.run import run

app = typer.Typer()


@app.command(rich_help_panel=PROCESSES, epilog=examples("mfa-rollout worker"))
def worker() -> None:
    """Run a worker until it is told to stop."""
    from cli.processes.worker_run import work
    from logs import configure_logs

    configure_logs()
    run(work(), many_sockets=True)
