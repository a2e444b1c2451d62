"""The verb that plays an import forward before it is started."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.imports.option_flags import names_import_options
from cli.options import AsJson, day
from cli.run import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.imports.options.names import OptionName

app = typer.Typer()


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples(
        "mfa-rollout plan people.csv",
        "mfa-rollout plan people.xlsx --starts 2027-01-11 --deadline 2027-03-31",
        "mfa-rollout plan --people 20000 --mailboxes 4",
        "mfa-rollout plan people.csv --wave-size 500 --send-window 08:00-12:00",
        "mfa-rollout plan people.csv --rates invitation=55,reminder-1=30",
        "mfa-rollout plan people.csv --plot forecast.svg",
        "mfa-rollout plan --running",
        "mfa-rollout plan people.csv --running",
        "mfa-rollout plan people.csv --csv > days.csv",
    ),
)
@names_import_options
def plan(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV or .xlsx as `import` reads it; - reads a pipe."),
    ] = None,
    *,
    people: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="In place of a file: how many people.")
    ] = None,
    starts: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DAY", help="Day on which it is imported; default: now."),
    ] = None,
    deadline: Annotated[
        date | None,
        typer.Option(
            parser=day, metavar="DAY", help="Day by which all register: ENROLMENT_DEADLINE."
        ),
    ] = None,
    rates: Annotated[
        str | None,
        typer.Option(
            help="Per cent that register after a mail: invitation=40, reminder-1=30, "
            "escalation=30; commas between them."
        ),
    ] = None,
    mailboxes: Annotated[
        int | None, typer.Option(min=1, max=100, help="In place of SENDER_MAILBOXES: how many.")
    ] = None,
    running: Annotated[
        bool,
        typer.Option("--running", help="Those who are enrolled, with the file's people if any."),
    ] = False,
    written: "Mapping[OptionName, str | None]",
    plot: Annotated[
        Path | None,
        typer.Option(help="Also draw who is registered when, into this .svg or .png."),
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print the days as CSV, for spreadsheets.")
    ] = False,
) -> None:
    """Forecast an import: mails a day, last invitation, who is registered when.

    Nothing is started, and no tenant is needed: only the settings of `import`
    are read, and, where our tables are there and it begins now, whether mail is
    stopped or a mailbox blocked.
    """
    from cli.plan.run import show_plan

    run(
        show_plan(
            file,
            people=people,
            starts=starts,
            deadline=deadline,
            rates=rates,
            mailboxes=mailboxes,
            running=running,
            written=written,
            plot=plot,
            as_json=as_json,
            as_csv=as_csv,
        )
    )
