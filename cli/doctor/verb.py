"""The verb that says what is in order, what needs fixing and how."""

from pathlib import Path
from typing import Annotated

import typer

from cli.help import SETUP, examples
from cli.options import AsJson
from cli.run import run

app = typer.Typer()


@app.command(
    rich_help_panel=SETUP,
    epilog=examples(
        "mfa-rollout doctor",
        "mfa-rollout doctor --json > doctor.json",
        "mfa-rollout doctor --send-test ada@contoso.com --record sending.json",
    ),
)
def doctor(
    *,
    as_json: AsJson = False,
    within: Annotated[
        float,
        typer.Option(min=1, max=3600, help="Seconds that each check may take; they run at once."),
    ] = 20,
    dns_server: Annotated[
        str | None,
        typer.Option(help="Ask this DNS server, not this computer's: 1.1.1.1 or 10.0.0.2:5353."),
    ] = None,
    send_test: Annotated[
        str | None,
        typer.Option(
            help="Your address: send one mail to it and one to nobody, and watch both. Nothing "
            "else is sent."
        ),
    ] = None,
    wait: Annotated[
        float,
        typer.Option(
            min=0, max=1440, help="Minutes that --send-test waits for the delivery report."
        ),
    ] = 10,
    record: Annotated[
        Path | None,
        typer.Option(help="Where --send-test writes what it saw, without addresses, as JSON."),
    ] = None,
) -> None:
    """Say what is in order, what needs fixing and how; changes nothing.

    Run it before the first mail, and whenever something looks wrong. The exit
    status is 1 where something needs fixing. With --send-test it sends two
    mails from the first sender mailbox.
    """
    from cli.doctor.run import examine

    run(
        examine(
            as_json=as_json,
            within=within,
            dns_server=dns_server,
            send_test_to=send_test,
            wait=wait,
            record=record,
        )
    )
