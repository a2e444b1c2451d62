"""Runs pytest in a forked process, with one module replaced by its mutant."""

import contextlib
import gc
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutants.mutations import Mutant

OPTIONS = ["-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore"]
# The same examples for every mutant, and no time for the smallest one: any failure will do.
settings.register_profile(
    "mutants",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class _Loader(SourceFileLoader):
    """Loads a mutant in place of its module's file."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.module, str(mutant.path))
        self._source = mutant.source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, f"<mutant of {fullname}>", "exec", dont_inherit=True)


class _Replaced(MetaPathFinder):
    """Finds one module, and leaves the others to Python; a plugin of pytest, too.

    pytest has a finder of its own for what looks like a test, such as ``send_test.py``: this one
    has to come before it.
    """

    def __init__(self, mutant: Mutant) -> None:
        self._loader = _Loader(mutant)

    def pytest_configure(self) -> None:
        """Come first, now that pytest has put its own finder in place."""
        sys.meta_path.insert(0, self)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if fullname != self._loader.name:
            return None
        return spec_from_file_location(fullname, self._loader.path, loader=self._loader)


class _Chosen:
    """A plugin of pytest that runs some tests, in the order given."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._rank = {test: rank for rank, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what was not chosen."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._rank),
            key=lambda item: self._rank[item.nodeid],
        )


def run_pytest(tests_folder: Path, *arguments: str, plugins: Sequence[object] = ()) -> int:
    """Run pytest without a word and without the project's shared fixtures, which need a server."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    confine = f"--confcutdir={tests_folder}"
    profile = "--hypothesis-profile=mutants"
    return int(pytest.main([*OPTIONS, confine, profile, *arguments], plugins=list(plugins)))


def load_libraries(names: Iterable[str]) -> None:
    """Import what every child needs but the code under test: a child then starts in 0.1 s."""
    for name in names:
        with contextlib.suppress(ImportError):
            import_module(name)
    gc.freeze()


def run_with_mutant(mutant: Mutant, tests_folder: Path, tests: Sequence[str]) -> None:
    """Run tests against a mutant and leave this process: with status 0 if all of them pass."""
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    status = run_pytest(tests_folder, "-x", *files, plugins=[_Replaced(mutant), _Chosen(tests)])
    os._exit(status)
