"""Every command that the documents show exists, with its options and the files that it names."""

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.core import TyperGroup
from typer.exceptions import TyperException

from cli.main import app
from simulated_tenant.__main__ import parser
from tests.documents.shown import (
    COMMANDS,
    DOCUMENTS,
    OTHERS,
    PROGRAM,
    ROOT,
    SHELL,
    UNTIL_ENDED,
    commands,
    fences,
    inline,
    settings_before,
)

CLI = typer.main.get_command(app)
CLI_CONTEXT = CLI.make_context(PROGRAM, [], resilient_parsing=True)
VERBS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
VOLUMES = {f"{COMPOSE['name']}_{volume}" for volume in COMPOSE["volumes"]}
PROFILES = {name for service in SERVICES.values() for name in service.get("profiles", ())}
FENCES = [fence for document in DOCUMENTS for fence in fences(document)]
# Other people's programs: of their words only the names of our files are looked at.
FOREIGN = frozenset(
    (
        *("az", "chmod", "cp", "curl", "echo", "git", "go", "helm", "kubectl", "openssl", "pip"),
        *("python3", "sh", "ssh", "temporal"),
    )
)


def understood(words: Sequence[str], *, whole: bool = True) -> None:
    """Let the command line read its arguments, without doing anything.

    Unless the command is ``whole``, what is required may be lacking.
    """
    command: Any = CLI
    rest = list(words)
    while isinstance(command, TyperGroup) and rest and not rest[0].startswith("-"):
        verb = rest.pop(0)
        assert verb in command.commands, f"there is no verb {verb}"
        command = command.commands[verb]
    if isinstance(command, TyperGroup):
        # A group by itself shows its help; its options are Typer's own.
        known = {
            option for parameter in command.get_params(CLI_CONTEXT) for option in parameter.opts
        }
        assert set(rest) <= known
        return
    try:
        command.make_context(command.name, rest)
    except TyperException as problem:
        if whole or "Missing" not in type(problem).__name__:
            raise


def compose(words: Sequence[str]) -> None:
    """Check a call of ``docker``: Compose's file, its services and volumes, and a verb of ours."""
    if words[:2] == ["volume", "rm"]:
        assert set(words[2:]) <= VOLUMES
        return
    assert words[0] == "compose"
    rest = list(words[1:])
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--env-file":
            assert (ROOT / rest.pop(0)).is_file()
        elif option == "--profile":
            assert rest.pop(0) in PROFILES
    assert rest[0] in {"build", "config", "exec", "logs", "rm", "run", "stop", "up"}
    if rest[0] in {"rm", "stop"}:
        assert {word for word in rest[1:] if not word.startswith("-")} <= SERVICES.keys()
    if rest[0] not in {"exec", "run"}:
        return
    rest = rest[1:]
    while rest[0].startswith("-"):
        rest.pop(0)
    service, *verb = rest
    assert service in SERVICES
    if service == "admin":
        understood(verb)


def check(command: Sequence[str]) -> None:
    """Check one command that a document shows."""
    program, *words = command
    if program == PROGRAM:
        understood(words)
    elif program == "make":
        assert set(words) <= VERBS
    elif program == "docker":
        compose(words)
    elif program == "simulated-tenant":
        if words != ["--help"]:
            parser().parse_args(words)
    elif program.startswith(".venv/bin/"):
        name = Path(program).name
        # A copy of the tree has no .venv of its own.
        installed = Path(sys.executable).with_name(name).exists()
        assert (ROOT / program).exists() or installed or shutil.which(name)
    else:
        assert program in FOREIGN, f"{program}: is it installed, and where is it said?"
    # What looks like a file of ours is one.
    for word in words:
        if re.match(r"(?:\./)?(?:deploy|docs|tests|simulated_tenant)/", word):
            assert (ROOT / word).exists(), word


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_exist(document: Path) -> None:
    """What a document shows or names has verbs, options, values and files that exist."""
    for fence in fences(document):
        assert fence.language in COMMANDS | OTHERS, f"{fence}: {fence.language}"
        if fence.language == SHELL:
            for command in commands(fence):
                check(settings_before(command)[1])
    for words in inline(document):
        understood(words[1:], whole=False)


def test_what_no_test_runs_says_why() -> None:
    """A command in a fence is our program's, and run by ``make long``, or says why it isn't."""
    silent = [
        f"{fence}: {' '.join(command)}"
        for fence in FENCES
        if fence.language in COMMANDS and fence.reason is None
        for command in (commands(fence) if fence.language == SHELL else [["?"]])
        if command[0] != PROGRAM or command[1] in UNTIL_ENDED
    ]
    assert silent == []


@pytest.mark.parametrize(
    "line",
    [
        "mfa-rollout imports lists",
        "mfa-rollout import people.csv --dryrun",
        "mfa-rollout pause",
        "mfa-rollout preview invite",
        "make tests",
        "docker compose run --rm administrator status",
        "docker compose run --rm admin stat",
        "docker compose --env-file deploy/no.env up",
        "sh deploy/setup.sh",
        "unheard-of --option",
    ],
)
def test_a_command_that_does_not_exist_is_found(line: str) -> None:
    """A verb, option, value, service, file or program that isn't there turns the test red."""
    with pytest.raises((AssertionError, TyperException)):
        check(line.split())
