"""What ``provision`` says: each step as it is done, and how it ended."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.markup import escape

from cli.terminal import err, fail, out, print_json
from domain.wording.counted import counted
from graph.provisioning import Step


class ProvisionReport:
    """Says each step as it is done, and how it ended.

    For programs the steps go to standard error, and one JSON document follows at the end, whatever
    happens in between.
    """

    def __init__(self, *, as_json: bool) -> None:
        """Begin without a step."""
        self._as_json = as_json
        self._steps: list[Step] = []
        self._settings: dict[str, str] = {}

    @contextmanager
    def printed_at_end(self) -> Iterator[None]:
        """Print the JSON document when the block ends, where one is wanted."""
        try:
            yield
        finally:
            if self._as_json:
                steps = [{"text": s.text, "needsAction": s.needs_action} for s in self._steps]
                print_json({"steps": steps, "settings": self._settings})

    def add(self, step: Step) -> None:
        """Say one step."""
        self._steps.append(step)
        mark = "[bold red]\\[needs fixing][/] " if step.needs_action else ""
        (err if self._as_json else out).print(mark + escape(step.text), soft_wrap=True)

    def tell(self, name: str, value: str, written: str | None) -> None:
        """Remember a setting that has to be written down, unless it stands there already."""
        if written is None or written.casefold() != value.casefold():
            self._settings[name] = value

    def show_settings(self) -> None:
        """Say what to write into the settings."""
        if self._as_json or not self._settings:
            return
        out.print("Put this into your settings:")
        for name, value in self._settings.items():
            out.print(f"{name}={value}", soft_wrap=True, markup=False)

    def end(self) -> None:
        """Say that there was nothing to do, or leave with 1 where something needs fixing."""
        if not self._as_json and not self._steps and not self._settings:
            out.print("nothing to do")
        problems = sum(step.needs_action for step in self._steps)
        if problems:
            fail(f"{counted(problems, 'problem')} to fix, see above; then run this again.")
