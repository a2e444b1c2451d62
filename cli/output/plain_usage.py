"""Says in one plain sentence what is wrong with what was typed, for every verb."""

from collections.abc import Callable, Mapping
from typing import Any

from typer.core import TyperGroup
from typer.exceptions import TyperException

TOO_MUCH = "Got unexpected extra argument"
# By the type of error that pydantic, which Typer reads values with, tells.
WRONG: Mapping[str, str] = {
    "greater_than_equal": "{input} is too small: the least is {ge}.",
    "less_than_equal": "{input} is too large: the most is {le}.",
    "int_parsing": "'{input}' is no whole number.",
    "int_parsing_size": "'{input}' is no whole number of a usual size.",
    "int_from_float": "'{input}' is no whole number.",
    "float_parsing": "'{input}' is no number.",
}
_BOUNDS = ("ge", "le")


class Program(TyperGroup):
    """The program, whose verbs say so where what was typed makes no sense."""

    def invoke(self, ctx: Any) -> Any:
        """Run a verb.

        Raises:
            TyperException: what was typed makes no sense; the sentence is ours where we have one.
        """
        try:
            return super().invoke(ctx)
        except TyperException as wrong:
            wrong.message = in_plain_words(wrong)
            raise


def in_plain_words(wrong: TyperException) -> str:
    """Return our sentence for what is wrong with a value, or Typer's where we have none."""
    if wrong.message.startswith(TOO_MUCH):
        return _too_much(wrong)
    errors: Callable[[], list[dict[str, Any]]] | None = getattr(wrong.__cause__, "errors", None)
    if errors is None:
        return wrong.message
    (first, *_) = errors()
    text = WRONG.get(first["type"])
    if text is None:
        return wrong.message
    bounds = {name: f"{value:,}" for name, value in first.get("ctx", {}).items() if name in _BOUNDS}
    return text.format(input=first["input"], **bounds)


def _too_much(wrong: TyperException) -> str:
    ctx = getattr(wrong, "ctx", None)
    if ctx is None:
        return wrong.message
    taken = [one.name for one in ctx.command.params if one.param_type_name == "argument"]
    takes = f"only {' and '.join(taken)}" if taken else "options only"
    extra = wrong.message.removeprefix(TOO_MUCH).removeprefix("(s)").strip(" ()")
    return f"'{extra}' is too much: `{ctx.command_path}` takes {takes}."
