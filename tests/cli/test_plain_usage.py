"""What is typed wrong is told in one plain sentence, whichever verb it is."""

import pytest
from typer.core import TyperOption

from cli.terminal import ExitStatus
from tests.support.command_line_page import verbs
from tests.support.in_process import run_in_process

TYPED = (
    (("plan", "--people", "0"), "Invalid value for '--people': 0 is too small: the least is 1."),
    (("plan", "--people=1000001"), "'--people': 1000001 is too large: the most is 1,000,000."),
    (("people", "list", "--page", "x"), "Invalid value for '--page': 'x' is no whole number."),
    (("people", "list", "--page", "1.5"), "Invalid value for '--page': '1.5' is no whole number."),
    (("demo", "--day", "x"), "Invalid value for '--day': 'x' is no number."),
    (("demo", "--day", "0.1"), "Invalid value for '--day': 0.1 is too small: the least is 0.5."),
    (("simulated-tenant", "--day", "nan"), "'--day': nan is too large: the most is 86,400.0."),
    (("simulated-tenant", "--http-port", "70000"), "70000 is too large: the most is 65,535."),
    (("report", "show", "x"), "'x' is too much: `mfa-rollout report show` takes options only."),
    (("show", "x", "y", "z"), "'y z' is too much: `mfa-rollout show` takes only who."),
)


@pytest.mark.wording
@pytest.mark.parametrize(("words", "told"), TYPED, ids=[" ".join(words) for words, _ in TYPED])
async def test_it_is_told_in_our_words(words: tuple[str, ...], told: str) -> None:
    """No verb answers in the words of the libraries that read what was typed."""
    status, _, errors = await run_in_process({"COLUMNS": "120"}, *words)
    assert status == ExitStatus.USAGE
    assert told in errors, errors
    assert "Input should" not in errors


def test_every_number_has_a_most() -> None:
    """No database takes one of twenty digits, and no timer an infinite one."""
    numbers = [
        (f"{' '.join(words)} {param.opts[0]}", param)
        for words, verb in verbs().items()
        for param in verb.params
        if isinstance(param, TyperOption)
        if param.type_descriptor.annotation in {int, float}
    ]
    assert len(numbers) > 10
    assert [name for name, param in numbers if param.max is None] == []
