"""A reason stays in the audit log, so it has to say something."""

import pytest
from typer.testing import CliRunner

from cli.main import app

VERBS = [
    pytest.param(words, id="-".join(words[:2]))
    for words in (
        ("add-to-group", "ada"),
        ("cancel", "ada"),
        ("mail", "start"),
        ("mail", "stop"),
        ("pause", "ada"),
        ("people", "erase", "ada"),
        ("requests", "stop", "1"),
        ("resend", "ada"),
        ("resume", "ada"),
        ("retry", "ada"),
    )
]


@pytest.mark.parametrize("words", VERBS)
@pytest.mark.parametrize("blank", ["", " \t", "\u2028"], ids=["empty", "spaces", "unseen"])
def test_a_reason_of_blanks_is_none(words: tuple[str, ...], blank: str) -> None:
    """Nothing is asked, and the verb says what is missing, as the portal and REST do."""
    ended = CliRunner().invoke(app, [*words, "--reason", blank])
    assert ended.exit_code == 2
    assert "say why" in ended.output
