"""``--json``: every verb has it, and those that change something print what the page says."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.support.command_line_page import verbs
from tests.support.json_documents import documented_keys, read_document

# They run until they are told to stop.
RUN_ON = {"api", "demo", "simulated-tenant", "worker"}
LOOKS = {
    "attention",
    "audit export",
    "audit list",
    "audit verify",
    "bench",
    "compare",
    "doctor",
    "imports list",
    "imports rejects",
    "imports show",
    "imports unknown",
    "mail mailboxes",
    "mail planned",
    "people list",
    "plan",
    "replay",
    "report list",
    "report show",
    "requests list",
    "requests show",
    "settings",
    "show",
    "status",
    "views list",
    "webhooks list",
    "webhooks show",
    "whoami",
}


@pytest.mark.parametrize("words", verbs(), ids=" ".join)
def test_every_verb_answers_programs(words: tuple[str, ...]) -> None:
    """Only those that run a process have no ``--json``."""
    command = verbs()[words]
    options = {option for parameter in command.params for option in parameter.opts}
    assert ("--json" in options) is (" ".join(words) not in RUN_ON)


def test_every_document_is_on_the_page() -> None:
    """The page lists the verbs that change something, and no others."""
    answering = {" ".join(words) for words in verbs()} - RUN_ON
    assert answering >= LOOKS
    assert documented_keys().keys() == answering - LOOKS


@pytest.mark.parametrize("verb", ["migrate", "preview", "sign-out"])
def test_one_document_and_nothing_else(verb: str, tmp_path: Path) -> None:
    """Standard output is JSON with the keys of the page, and standard error is empty."""
    settings = {
        "MFA_ROLLOUT_ENV_FILE": "/dev/null",
        "DATA_DIR": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "PUBLIC_BASE_URL": "https://mfa.contoso.example",
        "COMPANY_NAME": "Contoso",
        "SUPPORT_EMAIL": "help@contoso.example",
    }
    arguments = ["invitation", "--output", str(tmp_path)] if verb == "preview" else []
    result = CliRunner().invoke(app, [verb, *arguments, "--json"], env=settings)
    assert (result.exit_code, result.stderr) == (0, "")
    read_document(verb, result.stdout)


def test_what_fails_leaves_standard_output_alone(tmp_path: Path) -> None:
    """The status is that of people, and the message is on standard error."""
    settings = {
        "MFA_ROLLOUT_ENV_FILE": "/dev/null",
        "DATA_DIR": str(tmp_path),
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
    }
    for arguments in (["webhooks", "remove", "3f2a"], ["people", "export", "people.csv"]):
        plain = CliRunner().invoke(app, arguments, env=settings)
        for_programs = CliRunner().invoke(app, [*arguments, "--json"], env=settings)
        assert for_programs.exit_code == plain.exit_code != 0
        assert for_programs.stdout == ""
        assert for_programs.stderr == plain.stderr != ""


def test_a_form_of_its_own_is_no_document() -> None:
    """``provision --print`` and ``show --history`` have a form already."""
    for arguments in (["provision", "--print", "bicep"], ["show", "ada", "--history"]):
        assert CliRunner().invoke(app, [*arguments, "--json"]).exit_code == 2
