"""What the demo suggests to look at and to try, and how it opens the portal."""

import asyncio
import os
import shutil
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from demo.layout import Layout
from demo.rollout.stories import Persona
from domain.identifiers import enrolment_workflow_id

PROGRAM = "mfa-rollout"


def places(layout: Layout, personas: Sequence[Persona]) -> dict[str, str]:
    """Return the pages to look at, by what is there."""
    shown = _first(personas, "is-escalated")
    workflows = f"{layout.ui}/namespaces/default/workflows"
    return {
        "The portal, for admins": layout.portal,
        "Mails, with links that work": f"{layout.tenant}/outbox",
        "Tracking list": f"{layout.tenant}/list",
        "Temporal UI, in real times": workflows,
        f"History of {shown.name}": f"{workflows}/{enrolment_workflow_id(shown.object_id or '')}",
    }


def suggestions(layout: Layout, personas: Sequence[Persona], program: str) -> list[tuple[str, str]]:
    """Return five things to try: what it is, and the page or the command."""
    escalated = _first(personas, "is-escalated")
    lost = _first(personas, "lost-link")
    silent = _first(personas, "ignores-everything")
    return [
        ("Sign in to the portal as Ada Admin, with one click", layout.portal),
        (
            f"Read {lost.name}'s mails, and follow a link in one",
            f"{layout.tenant}/outbox?person={lost.address}",
        ),
        (f"See where {escalated.name} stands, and why", f"{program} show {escalated.address}"),
        (
            f"Send nothing to {silent.name} for now",
            f'{program} pause {silent.address} --reason "on holiday"',
        ),
        ("Stop all mail, and look at the portal", f'{program} mail stop --reason "a try"'),
    ]


def print_places(
    console: Console, layout: Layout, personas: Sequence[Persona], *, prefix: str = ""
) -> None:
    """Print the pages to look at, and five things to try; ``prefix`` goes before each command."""
    console.print()
    for what, url in places(layout, personas).items():
        console.print(f"{escape(what):<34}{url}", soft_wrap=True)
    console.print("\n[bold]Five things to try[/], commands in another terminal in this folder:")
    program = f"{prefix}{program_name()}"
    for number, (what, how) in enumerate(suggestions(layout, personas, program), start=1):
        console.print(f"{number}. {escape(what)}:\n   {escape(how)}", soft_wrap=True)


def program_name() -> str:
    """Return what a reader types to run a verb: the name alone only if it is found on PATH."""
    beside = Path(sys.executable).with_name(PROGRAM)
    found = shutil.which(PROGRAM)
    if not beside.exists() or (found is not None and Path(found).samefile(beside)):
        return PROGRAM
    here = Path.cwd()
    return str(beside.relative_to(here) if beside.is_relative_to(here) else beside)


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Return True where a browser can be opened: at a terminal, with a display, not in CI."""
    if environment.get("CI") or environment.get("SSH_CONNECTION") or not sys.stdout.isatty():
        return False
    needs_a_server = sys.platform not in {"darwin", "win32", "cygwin"}
    return not needs_a_server or bool(
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )


async def open_in_browser(url: str) -> None:
    """Open a page in the reader's browser, where there is one; nothing depends on it."""
    await asyncio.to_thread(webbrowser.open, url)


def _first(personas: Sequence[Persona], kind: str) -> Persona:
    return next(persona for persona in personas if persona.kind == kind)
