"""The verbs that list people: all whom a filter finds, and those who need attention."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.options import AsJson
from cli.people_filter import View, chooses_people
from cli.people_order import Descending, SortOfView
from cli.run import run
from domain.tables.attention import AttentionKind

if TYPE_CHECKING:
    from domain.tables.people import PeopleFilter


# `people list`; what else concerns many people has its place beside it.
people = typer.Typer(
    help="List, export and erase the people of the rollout.",
    no_args_is_help=True,
    epilog=examples(
        "mfa-rollout people list --status Sent --department Finance",
        "mfa-rollout people export people.xlsx",
        'mfa-rollout people erase ada@contoso.com --reason "request 4711"',
    ),
)
app = typer.Typer()

Page = Annotated[int, typer.Option(min=1, max=1_000_000, help="Which page.")]
Size = Annotated[int, typer.Option(min=1, max=10_000, help="How many people a page has.")]


def _known_kind(name: str | None) -> str | None:
    if name is not None and name not in set(AttentionKind):
        raise typer.BadParameter(f"{name!r} is none of {', '.join(AttentionKind)}.")
    return name


@people.command(
    "list",
    epilog=examples(
        "mfa-rollout people list --status Sent --department Finance",
        "mfa-rollout people list --text lovelace",
        "mfa-rollout people list --attention bounced --json",
        "mfa-rollout people list --sort attention",
        "mfa-rollout people list --manager grace@contoso.com --escalated",
        'mfa-rollout people list --view "Finance waits"',
    ),
)
@chooses_people
def list_(
    *,
    wanted: "PeopleFilter",
    view: View = None,
    sort: SortOfView = None,
    descending: Descending = False,
    page: Page = 1,
    size: Size = 50,
    as_json: AsJson = False,
) -> None:
    """List people, a page at a time."""
    from cli.people.list_run import list_people
    from domain.tables.people import PeopleOrder

    run(
        list_people(
            wanted,
            PeopleOrder(sort) if sort else None,
            view=view,
            descending=descending,
            page=page,
            size=size,
            as_json=as_json,
        )
    )


@people.command(
    epilog=examples(
        "mfa-rollout people export people.xlsx",
        "mfa-rollout people export sent.csv --status Sent --batch-id autumn",
        "mfa-rollout people export calls.csv --calls",
    ),
)
@chooses_people
def export(
    path: Annotated[Path, typer.Argument(help="A new file: .csv or .xlsx.", metavar="FILE")],
    *,
    wanted: "PeopleFilter",
    view: View = None,
    sort: SortOfView = None,
    descending: Descending = False,
    calls: Annotated[
        bool,
        typer.Option("--calls", help="Only people whose manager was told: a call list."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write people into a file for spreadsheets; no cell of it is a formula or a link.

    The audit log says who exported how many people.
    """
    from cli.people.export_run import export_people
    from domain.tables.people import PeopleOrder

    run(
        export_people(
            path,
            wanted,
            PeopleOrder(sort) if sort else None,
            view=view,
            descending=descending,
            calls=calls,
            as_json=as_json,
        )
    )


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples(
        "mfa-rollout attention",
        "mfa-rollout attention bounced",
        "mfa-rollout attention no-manager --json",
    ),
)
def attention(
    kind: Annotated[
        str | None,
        typer.Argument(
            callback=_known_kind,
            autocompletion=lambda: list(AttentionKind),
            help="List the people of this kind; without it, all kinds are counted.",
        ),
    ] = None,
    *,
    page: Page = 1,
    size: Size = 50,
    as_json: AsJson = False,
) -> None:
    """Show who needs an admin's attention, why, and what to do."""
    from cli.people.attention_run import count_kinds, list_kind

    if kind is None:
        run(count_kinds(as_json=as_json))
    else:
        run(list_kind(AttentionKind(kind), page=page, size=size, as_json=as_json))
