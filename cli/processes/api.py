"""The verb that runs the API."""

import typer

from cli.help import PROCESSES, examples
from cli.run import run

app = typer.Typer()


@app.command(rich_help_panel=PROCESSES, epilog=examples("mfa-rollout api"))
def api() -> None:
    """Serve the links in the mails, the portal and REST until told to stop."""
    from cli.processes.api_run import serve_api
    from logs import configure_logs

    configure_logs()
    run(serve_api(), many_sockets=True)
