"""The verbs about imports that were made: ``list``, ``show`` and ``rejects``."""

from typing import Annotated

import typer

from cli.help import examples
from cli.options import AsJson, Limit
from cli.run import run

Batch = Annotated[str, typer.Argument(help="The batch id.")]

app = typer.Typer(
    help="Show imports and dry runs, their results, and take one back.",
    no_args_is_help=True,
    epilog=examples(
        "mfa-rollout imports list",
        "mfa-rollout imports show wave-1",
        "mfa-rollout imports undo wave-1 --dry-run",
    ),
)


@app.command("list", epilog=examples("mfa-rollout imports list", "mfa-rollout imports list --json"))
def list_(
    *,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List imports and dry runs, the latest first: who, when, which file, how far."""
    from cli.imports.verbs_run import list_imports

    run(list_imports(limit=limit, as_json=as_json))


@app.command(epilog=examples("mfa-rollout imports show wave-1"))
def show(batch_id: Batch, *, as_json: AsJson = False) -> None:
    """Show the imports and dry runs of a batch with their counts."""
    from cli.imports.verbs_run import show_imports

    run(show_imports(batch_id, as_json=as_json))


@app.command(
    epilog=examples(
        "mfa-rollout imports rejects wave-1 > rejects.csv",
        "mfa-rollout imports rejects wave-1 --json",
    )
)
def rejects(batch_id: Batch, *, as_json: AsJson = False) -> None:
    """Print rows that started nobody as CSV, to correct the UPNs and import again.

    These are the rejected, unknown, repeated and lapsed rows of the batch's
    latest import, or of its latest dry run where there was no import yet.
    """
    from cli.imports.verbs_run import print_rejects

    run(print_rejects(batch_id, as_json=as_json))


@app.command(
    epilog=examples(
        "mfa-rollout imports unknown > unknown.csv",
        "mfa-rollout imports unknown --json",
    )
)
def unknown(*, as_json: AsJson = False) -> None:
    """Print rows of all imports that name nobody as CSV, to correct and import."""
    from cli.imports.verbs_run import print_unknown

    run(print_unknown(as_json=as_json))
