"""All verbs in one program, which leaves with its true status.

Nothing here, and nothing outside of a verb in the modules below, imports more than Typer, so that
``--help`` and completion answer at once.
"""

import contextlib
import errno
import gc
import os
import sys
from typing import Annotated

import typer

from cli.audit import verbs as audit
from cli.bench import verb as bench
from cli.bulk import requests as bulk_requests
from cli.bulk import undo
from cli.bulk import verbs as bulk
from cli.compare import verb as compare
from cli.doctor import verb as doctor
from cli.help import ROLLOUT, examples
from cli.imports import start as imports
from cli.imports import verbs as import_records
from cli.output.plain_usage import Program
from cli.people import lists, show
from cli.plan import verb as plan
from cli.processes import api, demo, simulated_tenant, worker
from cli.provision import verb as provision
from cli.report import verbs as report
from cli.requests import mail
from cli.requests import people as requests
from cli.rollout import erase, preview
from cli.setup import after_restore, migrate, rebuild, replay, settings
from cli.sign_in import verbs as sign_in
from cli.status import verb as status
from cli.terminal import EXIT_STATUS_MEANINGS
from cli.views import verbs as views
from cli.webhooks import verbs as webhooks

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EIO)

# The order in which `--help` lists them.
GROUPS = (
    doctor,
    settings,
    imports,
    plan,
    status,
    show,
    compare,
    lists,
    requests,
    sign_in,
    preview,
    provision,
    migrate,
    rebuild,
    after_restore,
    replay,
    demo,
    bench,
    worker,
    api,
    simulated_tenant,
)

EXAMPLES = examples(
    "mfa-rollout demo",
    "mfa-rollout doctor",
    "mfa-rollout import people.csv --dry-run",
    "mfa-rollout status",
    "mfa-rollout show ada@contoso.com",
).splitlines()

app = typer.Typer(
    cls=Program,
    help="See every person on a list through MFA enrolment.",
    epilog="\n".join(
        [
            *EXAMPLES,
            "",
            "Exit status:",
            *(f"{status:5}  {text}" for status, text in EXIT_STATUS_MEANINGS.items()),
        ]
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for group in GROUPS:
    app.add_typer(group.app)
lists.people.add_typer(erase.app)
app.add_typer(lists.people, name="people", rich_help_panel=ROLLOUT)
app.add_typer(views.app, name="views", rich_help_panel=ROLLOUT)
app.add_typer(bulk.app, name="bulk", rich_help_panel=ROLLOUT)
app.add_typer(bulk_requests.app, name="requests", rich_help_panel=ROLLOUT)
app.add_typer(mail.app, name="mail", rich_help_panel=ROLLOUT)
undo.add_to(import_records.app)
app.add_typer(import_records.app, name="imports", rich_help_panel=ROLLOUT)
app.add_typer(audit.app, name="audit", rich_help_panel=ROLLOUT)
app.add_typer(report.app, name="report", rich_help_panel=ROLLOUT)
app.add_typer(webhooks.app, name="webhooks", rich_help_panel=ROLLOUT)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"mfa-rollout {version('mfa-rollout')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options of the program itself."""


def main() -> None:
    """Run a verb, and leave with its status.

    A process that used the Temporal SDK may crash while the interpreter is taken down, after all
    work was done (SDK issue 300), so it is left without that.
    """
    # A verb imports up to 200,000 objects, none of which is garbage: to look through them again and
    # again is a fifth of what its start costs. It is looked for once the verb runs (``cli.run``).
    gc.disable()
    try:
        status = _status_of_verb()
        for stream in (sys.stdout, sys.stderr):
            # Where the shell has closed it there is none.
            if stream is not None:
                stream.flush()
    except OSError as failure:
        status = _status_unwritten(failure)
    os._exit(status)


def _status_of_verb() -> int:
    try:
        app(prog_name="mfa-rollout")
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    return 0


def _status_unwritten(failure: OSError) -> int:
    """Return the status of a verb whose output can't be written, and say so where that helps."""
    if failure.errno not in {errno.EPIPE, *_NO_ROOM}:
        raise failure
    with contextlib.suppress(OSError, AttributeError):
        # Whoever reads no further, as ``head`` does, knows it.
        if failure.errno in _NO_ROOM:
            reason = os.strerror(failure.errno or 0)
            sys.stderr.write(f"error: This can't be written: {reason}. Make room for it.\n")
            sys.stderr.flush()
    return 1
