"""The verbs that list people: all whom a filter finds, and those who need attention."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.options import AsJson
from cli.run import run
from domain.enrolment.status import InviteStatus
from domain.tables.attention import FOUND_WHEN_READ, AttentionKind

if TYPE_CHECKING:
    from domain.tables.people import PeopleFilter

SORTS = ("name", "changed", "due")

# `people list`; what else concerns many people has its place beside it.
people = typer.Typer(help="List the people of the rollout.", no_args_is_help=True)
app = typer.Typer()

Page = Annotated[int, typer.Option(min=1, help="Which page.")]
Size = Annotated[int, typer.Option(min=1, max=10_000, help="How many people a page has.")]


def _known_status(name: str | None) -> str | None:
    """Refuse what is no status."""
    # Not by the parameter's type: Typer's list of choices doesn't fit into 80 columns.
    if name is not None and name not in set(InviteStatus):
        raise typer.BadParameter(f"{name} is none of {', '.join(InviteStatus)}.")
    return name


def _known_kind(name: str | None) -> str | None:
    if name is not None and name not in set(AttentionKind):
        raise typer.BadParameter(f"{name!r} is none of {', '.join(AttentionKind)}.")
    return name


def _stored_kind(name: str | None) -> str | None:
    """Refuse what is no kind of attention that is stored with a person."""
    if _known_kind(name) in FOUND_WHEN_READ:
        raise typer.BadParameter(f"Who is {name} is listed by `mfa-rollout attention {name}`.")
    return name


def _known_sort(name: str) -> str:
    if name not in SORTS:
        raise typer.BadParameter(f"{name} is none of {', '.join(SORTS)}.")
    return name


Text = Annotated[str | None, typer.Option(help="Part of a name, a UPN or a mail address.")]
Status = Annotated[
    str | None,
    typer.Option(
        callback=_known_status,
        autocompletion=lambda: list(InviteStatus),
        help=f"{', '.join(InviteStatus)}.",
    ),
]
BatchId = Annotated[str | None, typer.Option(help="Only this batch.")]
Department = Annotated[str | None, typer.Option(help="Only this department.")]
Attention = Annotated[
    str | None,
    typer.Option(
        callback=_stored_kind,
        autocompletion=lambda: [kind for kind in AttentionKind if kind not in FOUND_WHEN_READ],
        help="Only people who need attention for this reason, see `attention`.",
    ),
]


@people.command(
    "list",
    epilog=examples(
        "mfa-rollout people list --status Sent --department Finance",
        "mfa-rollout people list --text lovelace",
        "mfa-rollout people list --attention bounced --json",
        "mfa-rollout people list --sort due --page 2",
    ),
)
def list_(
    *,
    text: Text = None,
    status: Status = None,
    batch_id: BatchId = None,
    department: Department = None,
    attention: Attention = None,
    sort: Annotated[
        str,
        typer.Option(
            callback=_known_sort,
            autocompletion=lambda: list(SORTS),
            help=f"By {', '.join(SORTS)}.",
        ),
    ] = "name",
    descending: Annotated[
        bool, typer.Option("--descending", help="The last, or latest, first.")
    ] = False,
    page: Page = 1,
    size: Size = 50,
    as_json: AsJson = False,
) -> None:
    """List people, a page at a time."""
    from cli.people.list_run import list_people
    from domain.tables.people import PeopleOrder

    wanted = _filter(text, status, batch_id, department, attention)
    order = PeopleOrder(sort)
    run(list_people(wanted, order, descending=descending, page=page, size=size, as_json=as_json))


@people.command(
    epilog=examples(
        "mfa-rollout people export people.xlsx",
        "mfa-rollout people export sent.csv --status Sent --batch-id autumn",
        "mfa-rollout people export calls.csv --calls",
    ),
)
def export(
    path: Annotated[Path, typer.Argument(help="A new file: .csv or .xlsx.", metavar="FILE")],
    *,
    text: Text = None,
    status: Status = None,
    batch_id: BatchId = None,
    department: Department = None,
    attention: Attention = None,
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

    wanted = _filter(text, status, batch_id, department, attention)
    run(export_people(path, wanted, calls=calls, as_json=as_json))


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


def _filter(
    text: str | None,
    status: str | None,
    batch_id: str | None,
    department: str | None,
    attention: str | None,
) -> "PeopleFilter":
    from domain.tables.people import PeopleFilter

    return PeopleFilter(
        text=text,
        status=InviteStatus(status) if status else None,
        batch_id=batch_id,
        department=department,
        attention=AttentionKind(attention) if attention else None,
    )
