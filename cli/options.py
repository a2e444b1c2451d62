"""Options that many verbs have, and the answer that follows from the one for programs."""

import inspect
from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Annotated, Any

import typer


def takes_over(
    name: str, read: Callable[..., Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return what gives a verb the options of ``read``, and calls it with what that makes of them.

    They stand where the verb has the parameter ``name``: Typer reads them from the signature.
    """
    options = tuple(inspect.signature(read).parameters.values())

    def decorate(verb: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(verb)
        parameters: list[inspect.Parameter] = []
        for one in own.parameters.values():
            parameters += options if one.name == name else (one,)

        @wraps(verb, assigned=("__module__", "__name__", "__doc__"))
        def with_options(**given: Any) -> None:
            chosen = {one.name: given.pop(one.name) for one in options}
            verb(**{name: read(**chosen)}, **given)

        vars(with_options)["__signature__"] = own.replace(parameters=parameters)
        return with_options

    return decorate


def day(text: str) -> date:
    """Read a day that an option names."""
    from domain.instants import read_day

    found = read_day(text)
    if found is None:
        raise typer.BadParameter(f"'{text}' is no day: write it as 2026-11-27.")
    return found


def said_why(reason: str) -> str:
    """Return a reason that says something."""
    from domain.plain_text import one_line

    if not one_line(reason):
        raise typer.BadParameter("It is empty: say why, since it stays in the audit log.")
    return reason


ALL = "all"
"""What stands for everything that an option or an argument could name."""

BATCHES_SHOWN = "`mfa-rollout status --by batch` shows which batches there are."
"""What to do where there is no such batch."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

Limit = Annotated[
    int, typer.Option(min=1, max=1_000_000, help="At most this many, the latest first.")
]


def answer(value: Mapping[str, object], *sentences: str, as_json: bool) -> None:
    """Say what a verb did: one JSON document for programs, else sentences for people."""
    from cli.terminal import out, print_json

    if as_json:
        print_json(value)
        return
    for sentence in sentences:
        out.print(sentence, soft_wrap=True, markup=False)
