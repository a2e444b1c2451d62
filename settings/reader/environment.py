"""The environment and ``.env`` as one: what is set for this process, whoever reads it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from settings.reader.demo_file import find_demo, names_a_rollout
from settings.reader.env_file import EnvFile, Problem, read_env_file
from settings.reader.secret_files import SECRETS

ENV_FILE = ".env"
# Names another file in place of `.env`; the demo names an empty one, to be on its own.
NAME_OF_ENV_FILE = "MFA_ROLLOUT_ENV_FILE"


@dataclass(frozen=True, slots=True)
class Environment:
    """What is set, without what is empty, and what is wrong with the file.

    Attributes:
        values: all variables; those of the process win over those of the file.
        of_file: the names that the file sets.
        file: the path of the file.
        problems: what is wrong with lines of the file.
    """

    values: Mapping[str, str]
    of_file: frozenset[str] = frozenset()
    file: str = ENV_FILE
    problems: tuple[Problem, ...] = ()


def read_environment() -> Environment:
    """Read the process's variables, and ``.env`` in the current folder.

    Where there is none, and nothing names another rollout, the file of a demo that runs in the
    current folder takes its place.

    Raises:
        SettingsError: the demo that wrote the file has ended.
    """
    process = _process()
    named = process.get(NAME_OF_ENV_FILE)
    path = Path(named or ENV_FILE)
    if looks_for_demo():
        path = find_demo() or path
    file = read_env_file(path) if named or path.exists() else EnvFile()
    of_file = {name: value for name, value in file.values.items() if value.strip()}
    for secret in SECRETS:
        # A secret and the file that holds it are one setting.
        pair = {secret, f"{secret}_FILE"}
        if not pair.isdisjoint(process):
            of_file = {name: value for name, value in of_file.items() if name not in pair}
    return Environment(
        values={**of_file, **process},
        of_file=frozenset(of_file.keys() - process.keys()),
        file=str(path),
        problems=tuple(file.problems),
    )


def looks_for_demo() -> bool:
    """Return True where nothing says which rollout is meant: then a demo is looked for."""
    process = _process()
    return not (NAME_OF_ENV_FILE in process or Path(ENV_FILE).exists() or names_a_rollout(process))


def _process() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if value.strip()}


def proxy_of_process() -> str | None:
    """Return the name of the variable by which other programs find a proxy, if one is set."""
    names = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
    return next((name for name in names if os.environ.get(name)), None)
