"""The verb that forgets a person: ``people erase``."""

from typing import Annotated

import typer

from cli.help import examples
from cli.options import AsJson, said_why
from cli.run import run

app = typer.Typer()


@app.command(
    epilog=examples(
        'mfa-rollout people erase ada@contoso.com --reason "request 4711"',
        'mfa-rollout people erase ada@contoso.com --reason "restored" --yes',
        "mfa-rollout people erase OBJECT_ID --upn boss@contoso.com --reason 4712",
    ),
)
def erase(
    who: Annotated[str, typer.Argument(help="User principal name or ObjectId.")],
    reason: Annotated[
        str,
        typer.Option(
            callback=said_why,
            help="Why: it stays in the audit log for good, so name nobody.",
        ),
    ],
    *,
    upn: Annotated[
        list[str] | None,
        typer.Option(
            help="Another name of the person's, under which the rollout may hold them without an "
            "ObjectId: as somebody's manager, or in a rejected row; repeatable."
        ),
    ] = None,
    with_import_histories: Annotated[
        bool,
        typer.Option(
            "--with-import-histories",
            help="Delete Temporal's histories of the batches' imports, too: of everybody in them.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete all that the rollout knows about a person; it can't be undone.

    Ends the enrolment, then deletes the rows in our tables, the row on the
    list, and the histories. Says what it can't reach. After a restore of a
    backup, repeat it by ObjectId.
    """
    from cli.rollout.erase_run import erase_one

    run(
        erase_one(
            who,
            reason,
            upns=tuple(upn or ()),
            with_import_histories=with_import_histories,
            confirmed=yes,
            as_json=as_json,
        )
    )
