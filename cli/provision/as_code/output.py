"""Prints the set-up in one of its forms, with the settings that are there."""

from collections.abc import Callable, Mapping

import typer

from cli.provision.as_code.bicep import bicep
from cli.provision.as_code.graph_json import graph_json
from cli.provision.as_code.powershell import powershell
from cli.provision.as_code.values import Values
from cli.provision.options import Form
from cli.terminal import ExitStatus, fail
from domain.microsoft.clouds import CLOUDS
from settings import SettingsError, SetUpSettings, load_settings

FORMS: Mapping[Form, Callable[[Values], str]] = {
    Form.POWERSHELL: powershell,
    Form.BICEP: bicep,
    Form.GRAPH_JSON: graph_json,
}


def print_set_up(form: Form, site: str | None) -> None:
    """Print the code; what no setting says stands there in angle brackets."""
    try:
        settings = load_settings(SetUpSettings)
    except SettingsError as error:
        fail(str(error), ExitStatus.USAGE)
    known: dict[str, object] = {
        "tenant_id": settings.tenant_id,
        "client_id": settings.client_id,
        "senders": settings.sender_mailboxes,
        "site_url": site,
    }
    values = Values(
        cloud=CLOUDS[settings.microsoft_cloud],
        **{name: value for name, value in known.items() if value},  # type: ignore[arg-type]
    )
    typer.echo(FORMS[form](values))
