"""The verbs with which an admin signs in on the command line, and out again."""

from typing import Annotated

import typer

from cli.help import ROLLOUT, examples
from cli.options import AsJson
from cli.run import run

app = typer.Typer()


@app.command(
    "sign-in",
    rich_help_panel=ROLLOUT,
    epilog=examples("mfa-rollout sign-in", "mfa-rollout sign-in --device-code"),
)
def sign_in(
    *,
    device_code: Annotated[
        bool, typer.Option("--device-code", help="Sign in with a browser on another machine.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sign in, so that the audit log names you as Microsoft Entra ID knows you.

    Verbs also work without it: the audit log then has the login of this
    machine, unverified.
    """
    from cli.sign_in.run import sign_person_in

    run(sign_person_in(device_code=device_code, as_json=as_json))


@app.command("sign-out", rich_help_panel=ROLLOUT, epilog=examples("mfa-rollout sign-out"))
def sign_out(*, as_json: AsJson = False) -> None:
    """Forget the sign-in on this machine."""
    from cli.sign_in.run import sign_person_out

    sign_person_out(as_json=as_json)


@app.command(
    rich_help_panel=ROLLOUT, epilog=examples("mfa-rollout whoami", "mfa-rollout whoami --json")
)
def whoami(
    *,
    as_json: AsJson = False,
) -> None:
    """Show in whose name verbs act, and their roles; exit status 1 where it is unverified."""
    from cli.sign_in.run import show_me

    run(show_me(as_json=as_json))
