"""The program as a whole: quick help, completion, version, and a help that fits a terminal."""

import asyncio
import ctypes
import gc
import json
import math
import os
import platform
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import uvloop
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from cli.run import run
from cli.terminal import ExitStatus
from settings import SettingsError
from tests.support.command_line import ROOT, start_alone
from tests.support.command_line_page import WIDTH, help_of, verbs

HEAVY = ("temporalio", "fastapi", "msal", "simulated_tenant", "pydantic", "httpx", "jinja2")
LOADED = "import sys, json, cli.main; print(json.dumps(sorted(sys.modules)))"
PROGRAM = "from cli.main import main; main()"
# Verbs, options and a group with verbs of its own, and nothing else.
TYPER_ALONE = """
import typer
app = typer.Typer()
group = typer.Typer()
@app.command()
def one(*, option: bool = False): "One."
@group.command()
def two(name: str): "Two."
app.add_typer(group, name="group")
app()
"""
# As many programs as this are started for each figure, the cheapest counts.
STARTS = 5


def python(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter."""
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def cpu_seconds(*programs: str) -> list[float]:
    """Return the least CPU time that each program's help took, started in turns."""
    least = [math.inf] * len(programs)
    for _ in range(STARTS):
        for number, program in enumerate(programs):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            assert python(program, "--help").returncode == 0
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            least[number] = min(least[number], used)
    return least


def test_nothing_heavy_is_loaded_before_a_verb_is_run() -> None:
    """Importing the command line loads no framework, no SDK and no tenant."""
    loaded = json.loads(python(LOADED).stdout)
    assert "typer" in loaded
    assert [name for name in loaded if name.partition(".")[0] in HEAVY] == []


@pytest.mark.alone
def test_help_costs_little_more_than_typer_does() -> None:
    """``--help`` costs at most one and a half times what a program of two verbs costs."""
    ours, least = cpu_seconds(PROGRAM, TYPER_ALONE)
    print(f"mfa-rollout --help: {ours:.2f} s of CPU, Typer alone: {least:.2f} s")  # noqa: T201
    assert ours <= 1.5 * least


def test_version_is_that_of_the_package() -> None:
    """``--version`` prints one line with the version that is installed."""
    ended = python(PROGRAM, "--version")
    assert ended.returncode == 0
    assert ended.stdout.startswith("mfa-rollout ")
    assert f'version = "{ended.stdout.split()[1]}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("mfa-rollout res", ["resume", "resend"]),
        ("mfa-rollout mail st", ["stop", "start"]),
        ("mfa-rollout preview re", ["reminder"]),
        ("mfa-rollout status --js", ["--json"]),
    ],
)
def test_a_shell_completes(typed: str, completed: list[str]) -> None:
    """Verbs, their options and the kinds of mail are completed."""
    ended = python(
        PROGRAM,
        _MFA_ROLLOUT_COMPLETE="complete_bash",
        COMP_WORDS=typed,
        COMP_CWORD=str(len(typed.split()) - 1),
    )
    assert ended.stdout.split() == completed


def test_verbs_are_found() -> None:
    """The verbs that the other tests go through are there, those of groups too."""
    assert {("import",), ("status",), ("mail", "stop")} <= set(verbs())


@pytest.mark.parametrize("words", [(), *verbs()], ids=" ".join)
def test_help_fits_a_terminal(words: tuple[str, ...]) -> None:
    """No line of a help is longer than 80 columns, and nothing in it is cut off or broken."""
    text = help_of(*words)
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert "…" not in text
    # Typer keeps the line breaks after the first paragraph, with a space on each side.
    _, _, more = (verbs()[words].help or "" if words else "").partition("\n\n")
    assert all(len(line) <= WIDTH - 2 for line in more.splitlines())


@pytest.mark.parametrize("words", verbs(), ids=" ".join)
def test_help_has_an_example(words: tuple[str, ...]) -> None:
    """Every verb's help ends with calls of this verb, made of options that it has."""
    _, found, examples = help_of(*words).partition("Examples:")
    assert found
    lines = [line.strip() for line in examples.splitlines() if line.strip()]
    assert lines
    options = {option for parameter in verbs()[words].params for option in parameter.opts}
    for line in lines:
        assert line.startswith(" ".join(("mfa-rollout", *words)))
        assert {word for word in line.split() if word.startswith("--")} <= options


@pytest.mark.parametrize("words", [(), *sorted({(words[0],) for words in verbs() if words[1:]})])
def test_help_of_a_group_has_an_example(words: tuple[str, ...]) -> None:
    """Where verbs are only listed, some calls of them are shown, each of a verb that there is."""
    _, found, below = help_of(*words).partition("Examples:")
    assert found
    lines = [
        line.split() for line in below.partition("Exit status")[0].splitlines() if line.strip()
    ]
    for line in lines:
        assert line[: 1 + len(words)] == ["mfa-rollout", *words]
        assert {tuple(line[1:2]), tuple(line[1:3])} & set(verbs())


@pytest.mark.skipif(sys.platform != "linux", reason="hands a signal to one thread of a process")
@pytest.mark.parametrize("thread", ["main", "another"])
async def test_ctrl_c_ends_a_verb_at_once(tmp_path: Path, thread: str) -> None:
    """A verb that waits for Temporal is interrupted without a traceback, and says so by 130.

    The system may hand the signal to any thread; the SDK gives up after half a minute.
    """
    connected = asyncio.Event()

    async def stay_silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await closed.wait()
        writer.close()

    closed = asyncio.Event()
    # Nobody else calls this address; at the usual one clients of servers that have ended may.
    async with await asyncio.start_server(stay_silent, "127.0.0.2", 0) as server:
        address = f"127.0.0.2:{server.sockets[0].getsockname()[1]}"
        pipe = asyncio.subprocess.PIPE
        verb = await start_alone(
            "status", folder=tmp_path, output=pipe, settings={"TEMPORAL_ADDRESS": address}
        )
        await asyncio.wait_for(connected.wait(), 600)
        _interrupt(verb.pid, verb.pid if thread == "main" else _another_thread(verb.pid))
        output, _ = await asyncio.wait_for(verb.communicate(), 600)
        closed.set()
    assert verb.returncode == ExitStatus.INTERRUPTED, output
    assert b"Traceback" not in output


def _another_thread(process: int) -> int:
    threads = [int(entry.name) for entry in Path(f"/proc/{process}/task").iterdir()]
    return min(one for one in threads if one != process)


def _interrupt(process: int, thread: int) -> None:
    """Send SIGINT as the kernel does when it has chosen this thread (``tgkill``)."""
    number = {"x86_64": 234, "aarch64": 131}[platform.machine()]
    assert ctypes.CDLL(None).syscall(number, process, thread, signal.SIGINT) == 0


def test_a_required_argument_that_is_missing_is_wrong_usage() -> None:
    """Typer's own refusals leave with 2, as ours do."""
    ended = python(PROGRAM, "show")
    assert ended.returncode == 2
    assert "Missing argument" in ended.stderr


def test_wrong_settings_are_listed_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """Several missing settings are a list, a line each, and what to do stands under it."""

    async def fail_to_read() -> None:
        raise SettingsError("TENANT_ID is missing.\nCLIENT_ID is missing.")

    with pytest.raises(typer.Exit) as ended:
        run(fail_to_read())

    assert ended.value.exit_code == ExitStatus.USAGE
    first, *listed, what_to_do = capsys.readouterr().err.splitlines()
    assert first.startswith("error: ")
    assert listed == ["- TENANT_ID is missing.", "- CLIENT_ID is missing."]
    assert "docs/settings.md" in what_to_do
    assert "mfa-rollout doctor" in what_to_do


@pytest.mark.wording
def test_what_a_worker_could_not_do_is_told_with_its_cause(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is told of no import: the verb may have asked for anything."""

    async def fail_to_work() -> None:
        raise WorkflowFailureError(cause=ApplicationError("The receiver is unknown."))

    with pytest.raises(typer.Exit) as ended:
        run(fail_to_work())

    assert ended.value.exit_code == ExitStatus.FAILED
    told = capsys.readouterr().err
    assert told == "error: The worker could not do it: The receiver is unknown.\n"


def test_garbage_is_collected_while_a_verb_runs() -> None:
    """The program imports a verb without collecting garbage; what was imported stays out of it."""
    collects: list[bool] = []

    async def verb() -> None:
        collects.append(gc.isenabled())

    gc.unfreeze()
    gc.disable()
    try:
        run(verb())
        assert (collects, gc.get_freeze_count() > 0) == ([True], True)
        gc.unfreeze()
        run(verb())
        assert gc.get_freeze_count() == 0
    finally:
        gc.enable()
        # As the process of the tests had it, for those that come after.
        gc.freeze()


@pytest.mark.parametrize("many_sockets", [False, True])
def test_a_process_with_many_sockets_has_uvloop(*, many_sockets: bool) -> None:
    """Other verbs have asyncio's own loop."""
    loops: list[object] = []

    async def verb() -> None:
        loops.append(asyncio.get_running_loop())

    run(verb(), many_sockets=many_sockets)
    (loop,) = loops
    assert isinstance(loop, uvloop.Loop) is many_sockets


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="writes to /dev/full")
def test_output_that_cannot_be_written_is_told_in_a_line() -> None:
    """A full disk is no traceback; whoever reads no further, or closed the output, isn't told."""
    asked = [sys.executable, "-c", PROGRAM, "--version"]
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(  # noqa: S603 - our own words
            asked, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT
        )
    assert told.returncode == ExitStatus.FAILED
    assert (
        told.stderr == "error: This can't be written: No space left on device. Make room for it.\n"
    )
    reader, writer = os.pipe()
    os.close(reader)
    unread = subprocess.run(  # noqa: S603 - our own words
        asked, stdout=writer, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT
    )
    os.close(writer)
    assert (unread.returncode, unread.stderr) == (ExitStatus.FAILED, "")
    closed = subprocess.run(  # noqa: S603 - our own words
        ["sh", "-c", '"$@" >&-', "sh", *asked],  # noqa: S607 - of the system
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (closed.returncode, closed.stderr) == (ExitStatus.DONE, "")
