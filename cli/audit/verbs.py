"""The verbs of the audit log: ``audit list``, ``audit verify`` and ``audit export``."""

from typing import Annotated

import typer

from cli.help import examples
from cli.options import AsJson
from cli.run import run

Person = Annotated[str | None, typer.Option(help="Only entries about this ObjectId.")]

app = typer.Typer(help="Read and check the log of what admins did.", no_args_is_help=True)


@app.command(
    "list", epilog=examples("mfa-rollout audit list", "mfa-rollout audit list --limit 500 --json")
)
def list_(
    *,
    person: Person = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many, the latest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show who did what, when and why; the latest first."""
    from cli.audit.verbs_run import list_entries

    run(list_entries(person=person, limit=limit, as_json=as_json))


@app.command(
    epilog=examples(
        "mfa-rollout audit verify",
        'mfa-rollout audit verify --head "$(cat audit-head)"',
    )
)
def verify(
    *,
    head: Annotated[
        str | None,
        typer.Option(help="A head that was noted earlier, as NUMBER:HASH: shows a cut-off end."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that no entry was changed, removed or inserted; exit status 1 where one was.

    Prints the head, which is the last entry's number and hash. Keep it
    elsewhere: entries that were cut off at the end are only noticed by comparing
    with an earlier head. The worker logs it every day.
    """
    from cli.audit.verbs_run import verify_log

    run(verify_log(head=head, as_json=as_json))


@app.command(epilog=examples("mfa-rollout audit export > audit.csv"))
def export(*, person: Person = None, as_json: AsJson = False) -> None:
    """Print the whole log as CSV, the oldest entry first."""
    from cli.audit.verbs_run import export_entries

    run(export_entries(person=person, as_json=as_json))
