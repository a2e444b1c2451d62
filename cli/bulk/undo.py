"""The verb ``imports undo``."""

import typer

from cli.bulk.verbs import DryRun, Reason, Yes
from cli.help import examples
from cli.imports.verbs import Batch
from cli.options import AsJson
from cli.run import run


def add_to(app: typer.Typer) -> None:
    """Add the verb to those about imports."""
    lines = examples(
        "mfa-rollout imports undo wave-1 --dry-run",
        'mfa-rollout imports undo wave-1 --reason "the wrong file"',
    )
    app.command(epilog=lines)(undo)


def undo(
    batch_id: Batch,
    *,
    reason: Reason = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take back an import: end the enrolments of everybody whom this batch brought.

    People whom we put into the enforcement group are taken out again.
    Rows of people who got no mail are deleted; the others keep a cancelled
    row. People who were enrolled before are left alone.
    """
    from cli.bulk.run import undo_import

    run(undo_import(batch_id, reason=reason, dry_run=dry_run, yes=yes, as_json=as_json))
