"""The verbs ``views list|save|change|delete``."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import examples
from cli.options import AsJson
from cli.people_filter import chooses_people
from cli.people_order import Descending, Sort
from cli.run import run

if TYPE_CHECKING:
    from domain.tables.people import PeopleFilter

app = typer.Typer(
    help="Keep filters of people under a name; the portal shows the same views.",
    no_args_is_help=True,
    epilog=examples(
        'mfa-rollout views save "Finance waits" --department Finance --status Sent',
        "mfa-rollout views list",
    ),
)


@app.command("list", epilog=examples("mfa-rollout views list", "mfa-rollout views list --json"))
def list_(*, as_json: AsJson = False) -> None:
    """Show your own views, and those that others share.

    Views belong to people who have signed in; without `sign-in` only shared
    ones are shown.
    """
    from cli.views.run import list_views

    run(list_views(as_json=as_json))


@app.command(
    epilog=examples(
        'mfa-rollout views save "Finance waits" --department Finance --status Sent',
        'mfa-rollout views save "Ask the managers" --escalated --shared',
    )
)
@chooses_people
def save(
    name: Annotated[str, typer.Argument(help="What the view is called.")],
    *,
    wanted: "PeopleFilter",
    sort: Sort = "name",
    descending: Descending = False,
    shared: Annotated[
        bool, typer.Option("--shared", help="Others may open it, too; only you change it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Keep a filter of people, and their order, under a name.

    A view of yours that has the name already is replaced.
    """
    from cli.views.run import save_one
    from domain.tables.people import PeopleOrder

    order = PeopleOrder(sort)
    run(save_one(name, wanted, order, descending=descending, shared=shared, as_json=as_json))


@app.command(
    epilog=examples(
        'mfa-rollout views change "Finance waits" --shared',
        'mfa-rollout views change "Finance waits" --name "Finance, not clicked"',
    )
)
def change(
    view: Annotated[
        str, typer.Argument(metavar="NAME", help="The view's name, or how its id begins.")
    ],
    *,
    name: Annotated[str | None, typer.Option(help="What it is called from now on.")] = None,
    shared: Annotated[
        bool | None,
        typer.Option("--shared/--not-shared", help="Whether others may open it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Rename one of your own views, or share it."""
    from cli.views.run import change_one

    run(change_one(view, to=name, shared=shared, as_json=as_json))


@app.command(epilog=examples('mfa-rollout views delete "Finance waits"'))
def delete(
    name: Annotated[str, typer.Argument(help="The view's name, or how its id begins.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Delete one of your own views, or one that another shares."""
    from cli.views.run import delete_one

    run(delete_one(name, as_json=as_json))
