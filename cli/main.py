"""All verbs in one program, which leaves with its true status."""

import os
import sys

import typer

from cli import imports, mail, people, preview, processes, provision

app = typer.Typer(
    help="See every person on a list through MFA enrolment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb in (
    processes.demo,
    processes.worker,
    processes.api,
    processes.simulated_tenant,
    people.status,
    people.show,
    people.pause,
    people.resume,
    people.resend,
    people.cancel,
    preview.preview,
    provision.provision,
):
    app.command()(verb)
app.command("import")(imports.import_)
app.add_typer(mail.app, name="mail")


def main() -> None:
    """Run a verb, and leave with its status.

    A process that used the Temporal SDK may crash while the interpreter is taken down, after all
    work was done (SDK issue 300), so it is left without that.
    """
    try:
        app()
        status = 0
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except KeyboardInterrupt:
        status = 130
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
