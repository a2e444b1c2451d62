"""The verb that starts a rollout, or foresees what it would do."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.imports.option_flags import names_import_options
from cli.options import AsJson
from cli.run import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.imports.options.names import OptionName

app = typer.Typer()


@app.command(
    "import",
    rich_help_panel=ROLLOUT,
    epilog=examples(
        "mfa-rollout import people.csv --dry-run",
        'mfa-rollout import people.csv --batch-id wave-1 --reason "first wave"',
        "mfa-rollout import people.csv --send-window 08:00-18:00 --send-days mon,tue",
        "mfa-rollout import people.xlsx --json > report.json",
        'mfa-rollout import --group "Finance Zurich" --not-registered --dry-run',
        "mfa-rollout imports rejects wave-1 | mfa-rollout import - --batch-id wave-1",
    ),
)
@names_import_options
def import_(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="CSV or .xlsx with a column UPN, UserPrincipalName or Email; - reads a pipe."
        ),
    ] = None,
    *,
    group: Annotated[
        str | None,
        typer.Option(help="In place of a file: everybody in this group; its name or ObjectId."),
    ] = None,
    not_registered: Annotated[
        bool,
        typer.Option(
            "--not-registered",
            help="In place of a file: who has no method in the registration report; with --group "
            "only those of the group.",
        ),
    ] = False,
    batch_id: Annotated[
        str | None, typer.Option(help="Name of the batch; default: the time.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen: nobody is started.")
    ] = False,
    include_cancelled: Annotated[
        bool, typer.Option("--include-cancelled", help="Start cancelled people again.")
    ] = False,
    restart_active: Annotated[
        bool,
        typer.Option(
            "--restart-active",
            help="Start people again who were active and have no method any more.",
        ),
    ] = False,
    written: "Mapping[OptionName, str | None]",
    reason: Annotated[
        str | None, typer.Option(help="Why: it stays in the audit log, beside the batch.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start an enrolment for every person in a file or a group; nobody is started twice.

    Waves, hours and mailboxes that are not named are as the settings say. The
    exit status is 3 where rows were rejected; the good ones are imported
    all the same.
    """
    from cli.imports.start_run import import_people

    run(
        import_people(
            file,
            group=group,
            not_registered=not_registered,
            batch_id=batch_id,
            dry_run=dry_run,
            include_cancelled=include_cancelled,
            restart_active=restart_active,
            written=written,
            reason=reason,
            as_json=as_json,
        )
    )
