"""The verb that runs the stand-in for Microsoft 365 alone."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import PROCESSES, examples
from cli.processes.demo import TRAIT_FORM, TRAIT_HELP, demo_extra, demo_tenant, parse_traits
from cli.run import run
from cli.terminal import fail, out

if TYPE_CHECKING:
    from simulated_tenant.server import ServedTenant

# Where `--env` puts the portal.
SIGNED_IN = "http://localhost:8080/portal/signed-in"

app = typer.Typer()


@app.command(
    rich_help_panel=PROCESSES,
    epilog=examples(
        "mfa-rollout simulated-tenant",
        "mfa-rollout simulated-tenant --data /tmp/tenant --day 60",
        "mfa-rollout simulated-tenant --env > .env",
    ),
)
def simulated_tenant(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    https_port: Annotated[
        int, typer.Option(help="Port of Entra ID and Graph.", min=0, max=65_535, metavar="PORT")
    ] = 8443,
    http_port: Annotated[
        int, typer.Option(help="Port of the pages for people.", min=0, max=65_535, metavar="PORT")
    ] = 8081,
    data: Annotated[Path, typer.Option(help="Folder for state, keys, ca.pem.")] = Path(".tenant"),
    name: Annotated[list[str] | None, typer.Option(help="Further names for its TLS.")] = None,
    people_url: Annotated[str | None, typer.Option(help="Where browsers find its pages.")] = None,
    day: Annotated[
        float | None,
        typer.Option(
            help="Seconds that a day lasts; without it nobody acts.",
            min=0.1,
            max=86_400,
            metavar="SECONDS",
        ),
    ] = None,
    redirect_uri: Annotated[
        list[str] | None,
        typer.Option(help="The portal's address after sign-in; default: port 8080 of localhost."),
    ] = None,
    env: Annotated[
        bool, typer.Option("--env", help="Print the product's settings for it, and end.")
    ] = False,
    trait: Annotated[list[str] | None, typer.Option(help=TRAIT_HELP, metavar=TRAIT_FORM)] = None,
) -> None:
    """Run a stand-in for Entra ID, Graph, mailboxes and SharePoint. Not Microsoft 365."""
    with demo_extra():
        from simulated_tenant.server import PortInUseError, serve
        from simulated_tenant.settings import TenantSettings
    if env:
        _print_env(https_port, people_url or f"http://localhost:{http_port}", data)
        return
    settings = TenantSettings(
        data_dir=data,
        host=host,
        https_port=https_port,
        http_port=http_port,
        names=tuple(name or ()),
        people_url=people_url,
        redirect_uris=tuple(redirect_uri or (SIGNED_IN,)),
        day_length=None if day is None else timedelta(seconds=day),
        traits=parse_traits(trait or ()),
    )
    try:
        run(serve(settings, _announce), many_sockets=True)
    except PortInUseError as error:
        fail(str(error))


def _print_env(https_port: int, pages: str, data: Path) -> None:
    """Print a ``.env`` file; the authority whose file it names is made if it isn't there yet."""
    from demo.tenant_settings import env_file

    with demo_extra():
        from simulated_tenant.certificates import CA_FILE, certificate_authority
    certificate_authority(data)
    microsoft = f"https://localhost:{https_port}"
    bundle = (data / CA_FILE).resolve()
    typer.echo(
        env_file(demo_tenant(), microsoft=microsoft, pages=pages, ca_bundle=bundle), nl=False
    )


def _announce(tenant: "ServedTenant") -> None:
    out.print(f"ready: Graph {tenant.graph_url}, pages {tenant.people_url}", soft_wrap=True)
