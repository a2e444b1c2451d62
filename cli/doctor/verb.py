"""The verb that says what is in order, what needs fixing and how."""

from typing import Annotated

import typer

from cli.help import SETUP, examples
from cli.run import run

app = typer.Typer()


@app.command(
    rich_help_panel=SETUP,
    epilog=examples("mfa-rollout doctor", "mfa-rollout doctor --json > doctor.json"),
)
def doctor(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the lines as JSON, for programs.")
    ] = False,
    within: Annotated[
        float, typer.Option(min=1, help="Seconds that each look may take; they run together.")
    ] = 20,
    dns_server: Annotated[
        str | None,
        typer.Option(help="Ask this DNS server, not this computer's: 1.1.1.1 or 10.0.0.2:5353."),
    ] = None,
) -> None:
    """Say what is in order, what needs fixing and how; changes nothing.

    Run it before the first mail, and whenever something is odd. Leaves with 1 where something needs
    fixing.
    """
    from cli.doctor.run import examine

    run(examine(as_json=as_json, within=within, dns_server=dns_server))
