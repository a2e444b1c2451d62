"""The verb that shows the whole rollout on one machine."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import PROCESSES, examples
from cli.run import run
from cli.terminal import fail

if TYPE_CHECKING:
    from demo.layout import DemoTenant

app = typer.Typer()


@app.command(
    rich_help_panel=PROCESSES,
    epilog=examples(
        "mfa-rollout demo", "mfa-rollout demo --day 5", "mfa-rollout demo --until-settled"
    ),
)
def demo(
    *,
    until_settled: Annotated[
        bool,
        typer.Option("--until-settled", help="End by itself when every story has ended well."),
    ] = False,
    day: Annotated[
        float, typer.Option(help="Seconds that a day lasts, 0.5 at least.", min=0.5)
    ] = 2.0,
) -> None:
    """Show the whole rollout: Temporal, a simulated tenant, worker and API, 39 people."""
    from demo.run import run_demo

    run(run_demo(demo_tenant(), day_seconds=day, until_settled=until_settled))


def demo_tenant() -> "DemoTenant":
    """Return what the product has to know of the simulated tenant."""
    from demo.layout import DemoTenant

    with demo_extra():
        from simulated_tenant import population
    return DemoTenant(
        tenant_id=population.TENANT_ID,
        client_id=population.WORKER_CLIENT_ID,
        client_secret=population.WORKER_SECRET,
        api_client_id=population.API_CLIENT_ID,
        api_client_secret=population.API_SECRET,
        group_id=population.GROUP_ID,
        site_id=population.SITE_ID,
        list_id=population.LIST_ID,
        sender=population.SENDER,
        sample_csv=population.sample_csv(),
    )


@contextlib.contextmanager
def demo_extra() -> Iterator[None]:
    """Say how the simulated tenant is installed, where an import doesn't find it."""
    try:
        yield
    except ModuleNotFoundError:
        fail("The simulated tenant isn't installed: pip install 'mfa-rollout[demo]'")
