"""The verb that brings the product's own tables to this release's schema."""

import typer

from cli.help import SETUP, examples
from cli.options import AsJson
from cli.run import run

app = typer.Typer()


@app.command(rich_help_panel=SETUP, epilog=examples("mfa-rollout migrate"))
def migrate(*, as_json: AsJson = False) -> None:
    """Create or update the tables of our own database; never removes anything."""
    from cli.setup.migrate_run import bring_up_to_date

    run(bring_up_to_date(as_json=as_json))
