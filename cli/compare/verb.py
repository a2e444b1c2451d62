"""The verb that looks at a person's item on the tracking list."""

from typing import Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.options import AsJson
from cli.people.show import Who
from cli.run import run

app = typer.Typer()


@app.command(
    rich_help_panel=ROLLOUT,
    epilog=examples(
        "mfa-rollout compare ada@contoso.com", "mfa-rollout compare ada@contoso.com --all"
    ),
)
def compare(
    who: Who,
    *,
    every: Annotated[bool, typer.Option("--all", help="Show the columns that agree, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a person's row on the tracking list, and compare it with what was written.

    Uses the worker's sign-in. The exit status is 1 where a column differs.
    """
    from cli.compare.run import compare_person

    run(compare_person(who, every=every, as_json=as_json))
