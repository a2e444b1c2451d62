"""The options by which lists of people are ordered."""

from typing import Annotated

import typer

SORTS = ("name", "changed", "due", "attention")


def _known_sort(name: str | None) -> str | None:
    if name is not None and name not in SORTS:
        raise typer.BadParameter(f"{name} is none of {', '.join(SORTS)}.")
    return name


Sort = Annotated[
    str,
    typer.Option(
        callback=_known_sort,
        autocompletion=lambda: list(SORTS),
        help="By name, changed, due; or attention: those who need an admin first.",
    ),
]


SortOfView = Annotated[
    str | None,
    typer.Option(
        callback=_known_sort,
        autocompletion=lambda: list(SORTS),
        help="By name, changed, due; or attention: those who need an admin first. Default: name, "
        "or as the view has it.",
    ),
]


Descending = Annotated[bool, typer.Option("--descending", help="The last, or latest, first.")]
