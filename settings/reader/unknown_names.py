"""Names that are none of ours: a misspelt setting would have no effect, and nobody would know."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache

from settings.reader.environment import NAME_OF_ENV_FILE, Environment
from settings.reader.secret_files import SECRETS

# A name in our own file is a setting; the environment has others that only look like one.
_NEAR_IN_FILE = 0.75
_NEAR_IN_PROCESS = 0.9

# https://docs.temporal.io/references/client-environment-configuration
_TEMPORALS = re.compile(
    r"TEMPORAL_(CONFIG_FILE|PROFILE|ADDRESS|NAMESPACE|API_KEY|API_KEY_FILE|TLS|CODEC_(ENDPOINT|AUTH)"
    r"|TLS_(CLIENT_CERT|CLIENT_KEY|SERVER_CA_CERT)_(PATH|DATA)|TLS_SERVER_NAME"
    r"|TLS_DISABLE_HOST_VERIFICATION|GRPC_META_\w+)"
)
# Docker Compose reads the same file.
_COMPOSES = re.compile(
    r"EDGE_(HTTPS?|CERTIFICATE)|PORTAL_(HTTP|TRUSTED_PROXIES)|PEOPLE_FOLDER|SECRETS_FOLDER"
    r"|ADMIN_USER|(COMPOSE|DOCKER)_\w+"
)


def misspelt(
    environment: Environment, ours: Iterable[str], all_ours: Iterable[str]
) -> Iterator[str]:
    """Yield a sentence for each name that is nearly one of ours.

    Args:
        environment: what is set.
        ours: the settings of this process: it complains of no other's.
        all_ours: the settings of all processes.
    """
    own, known = with_files(ours), with_files(all_ours)
    for name in sorted(environment.values):
        if is_known(name, known):
            continue
        in_file = name in environment.of_file
        near = _nearest(name, known, _NEAR_IN_FILE if in_file else _NEAR_IN_PROCESS)
        if near not in own:
            continue
        if in_file:
            yield f"{name} in {environment.file} is not a setting. Did you mean {near}?"
        elif near not in environment.values:
            yield (
                f"{name} is not a setting. Did you mean {near}? If {name} is another program's, "
                f"set {near} as well."
            )


def foreign(environment: Environment, all_ours: Iterable[str]) -> list[str]:
    """Return the names in the file that are not even nearly ours, and so have no effect."""
    known = with_files(all_ours)
    return [
        name
        for name in sorted(environment.of_file)
        if not is_known(name, known) and _nearest(name, known, _NEAR_IN_FILE) is None
    ]


def is_known(name: str, known: Iterable[str]) -> bool:
    """Say whether something reads a variable of this name."""
    return name in known or bool(_TEMPORALS.fullmatch(name) or _COMPOSES.fullmatch(name))


def with_files(names: Iterable[str]) -> frozenset[str]:
    """Return the names of settings, and of those by which a file is named."""
    known = set(names)
    files = {f"{name}_FILE" for name in SECRETS if name in known}
    return frozenset(known | files | {NAME_OF_ENV_FILE})


# The settings of each kind of process are compared with the same variables.
@lru_cache(maxsize=1000)
def _nearest(name: str, known: frozenset[str], cutoff: float) -> str | None:
    return next(iter(get_close_matches(name.upper(), known, n=1, cutoff=cutoff)), None)
