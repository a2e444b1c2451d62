"""Options that many verbs have, and the answer that follows from the one for programs."""

from collections.abc import Mapping
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def answer(value: Mapping[str, object], *sentences: str, as_json: bool) -> None:
    """Say what a verb did: one JSON document for programs, else sentences for people."""
    from cli.terminal import out, print_json

    if as_json:
        print_json(value)
        return
    for sentence in sentences:
        out.print(sentence, soft_wrap=True, markup=False)
