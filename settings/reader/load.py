"""Reading the settings of one kind of process, and saying all that is wrong with them at once."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from pydantic import ValidationError

from settings.base import Settings, UnknownValueError, contradictions_of
from settings.reader.environment import Environment, read_environment
from settings.reader.errors import SettingsError
from settings.reader.secret_files import read_secret_files
from settings.reader.sentences import fault_of_text, missing_or_wrong, sentence
from settings.reader.unknown_names import foreign, misspelt

S = TypeVar("S", bound=Settings)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Examined(Generic[S]):
    """Settings of which some may be missing or wrong, and a sentence for each that is.

    Reading one that is missing or wrong raises ``UnknownValueError``.
    """

    settings: S
    problems: tuple[str, ...]
    wrong: frozenset[str] = frozenset()
    contradictory: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether none of the settings is wrong, and none contradicts another."""
        return not self.wrong and not self.contradictory


def load_settings(kind: type[S]) -> S:
    """Read the settings of one kind of process from the environment, ``.env`` and secret files.

    Raises:
        SettingsError: something is missing, wrong or contradictory: a line each.
    """
    environment = read_environment()
    settings = settings_from(kind, environment)
    for name in foreign_names(environment):
        log.warning("%s in %s has no effect: remove it.", name, environment.file)
    for remark in settings.remarks():
        log.warning(remark)
    return settings


def settings_from(kind: type[S], environment: Environment | Mapping[str, str]) -> S:
    """Read the settings of one kind of process from these variables.

    Raises:
        SettingsError: something is missing, wrong or contradictory: a line each.
    """
    if not isinstance(environment, Environment):
        environment = Environment(
            values={name: value for name, value in environment.items() if value.strip()}
        )
    examined = examine_settings(kind, environment)
    if examined.problems:
        raise SettingsError("\n".join(examined.problems))
    return examined.settings


def examine_settings(kind: type[S], environment: Environment) -> Examined[S]:
    """Read the settings as far as they are right, and say what is wrong with the others."""
    names = {field.upper(): field for field in kind.model_fields}
    secrets, problems_of_files = read_secret_files(environment.values, names)
    written = {
        names[name]: value.strip()
        for name, value in {**environment.values, **secrets}.items()
        if name in names
    }
    wrong = {names[name]: problem for name, problem in problems_of_files.items()}
    wrong |= {names[name]: text for text, name in environment.problems if name in names}
    settings = _read(kind, written, wrong)
    # A line about another process's setting is left to that process.
    others = every_name() - names.keys()
    contradictory = list(_contradictions(settings, wrong))
    problems = [
        *(text for text, name in environment.problems if name not in names.keys() | others),
        *misspelt(environment, names, every_name()),
        *(wrong[field] for field in kind.model_fields if field in wrong),
        *contradictory,
    ]
    return Examined(settings, tuple(problems), frozenset(wrong), bool(contradictory))


def _read(kind: type[S], written: Mapping[str, str], wrong: dict[str, str]) -> S:
    """Return the settings without those that are wrong, for which a sentence is added."""
    for field, value in written.items():
        fault = fault_of_text(value)
        if fault is not None:
            wrong.setdefault(field, sentence(kind, field, fault))
    good: dict[str, Any] = {}
    try:
        return kind.model_validate(
            {field: value for field, value in written.items() if field not in wrong}, context=good
        )
    except ValidationError as error:
        for found in error.errors(include_input=False, include_url=False):
            field = str(found["loc"][0])
            wrong.setdefault(field, missing_or_wrong(kind, field, found))
    return cast("S", kind.model_construct(**good))


def foreign_names(environment: Environment) -> list[str]:
    """Return the names in the file that no process of ours reads, and none nearly has."""
    return foreign(environment, every_name())


def every_name() -> frozenset[str]:
    """Return the names of all settings of all processes."""
    return frozenset(name.upper() for kind in _kinds(Settings) for name in kind.model_fields)


def _kinds(kind: type[Settings]) -> Iterator[type[Settings]]:
    for narrower in kind.__subclasses__():
        yield narrower
        yield from _kinds(narrower)


def _contradictions(settings: Settings, wrong: Mapping[str, str]) -> Iterator[str]:
    for field in wrong:
        settings.__dict__.pop(field, None)
    for check in contradictions_of(settings):
        # What a check needs has its own sentence where it is wrong.
        with suppress(UnknownValueError):
            yield from check()
