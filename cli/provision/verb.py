"""The verb that prepares the tracking list, our tables, and what Temporal must know."""

from typing import Annotated

import typer

from cli.help import SETUP, examples
from cli.options import AsJson
from cli.provision.options import Form, ProvisionOptions
from cli.run import run

app = typer.Typer()


@app.command(
    rich_help_panel=SETUP,
    epilog=examples(
        "mfa-rollout provision --site https://contoso.sharepoint.com/sites/mfa",
        "mfa-rollout provision --group 'MFA enforced' --device-code",
        "mfa-rollout provision --token-stdin < token.txt",
        "mfa-rollout provision --print powershell > set-up.ps1",
    ),
)
def provision(
    site: Annotated[
        str | None, typer.Option(help="Address of the SharePoint site, to find SITE_ID.")
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(help="Name of the enforcement group, to find ENFORCEMENT_GROUP_ID."),
    ] = None,
    device_code: Annotated[
        bool,
        typer.Option("--device-code", help="Sign in with a browser on another machine."),
    ] = False,
    print_form: Annotated[
        Form | None,
        typer.Option(
            "--print", help="Print the set-up of the tenant as code, and do nothing. No sign-in."
        ),
    ] = None,
    token_stdin: Annotated[
        bool,
        typer.Option("--token-stdin", help="Read an access token from standard input."),
    ] = False,
    *,
    as_json: AsJson = False,
) -> None:
    """Create the list, our tables, Temporal's search attributes and schedules: what is missing.

    Signs in with PROVISION_CLIENT_SECRET, else with your browser; the worker's
    sign-in is not used.
    """
    import sys

    if print_form is not None and as_json:
        raise typer.BadParameter("--print does nothing and has a form of its own: no --json.")
    if print_form is not None:
        from cli.provision.as_code.output import print_set_up

        print_set_up(print_form, site)
        return
    from cli.provision.run import prepare

    if device_code and token_stdin:
        raise typer.BadParameter("Sign in by --device-code or by --token-stdin: leave one out.")
    token = sys.stdin.read() if token_stdin else None
    options = ProvisionOptions(site=site, group=group, device_code=device_code, token=token)
    run(prepare(options, as_json=as_json))
