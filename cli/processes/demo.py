"""The verb that shows the whole rollout on one machine."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.help import PROCESSES, examples
from cli.run import run
from cli.terminal import ExitStatus, fail

if TYPE_CHECKING:
    from demo.tenant_settings import DemoTenant

TRAIT_FORM = "NAME[=VALUE]"
TRAIT_HELP = "Let the tenant behave as Microsoft does; repeatable; simulated_tenant/README.md."

app = typer.Typer()


@app.command(
    rich_help_panel=PROCESSES,
    epilog=examples(
        "mfa-rollout demo",
        "mfa-rollout demo --day 5 --no-open",
        "mfa-rollout demo --until-settled",
        "mfa-rollout demo --data demo-data",
        "mfa-rollout demo --database-url postgresql+asyncpg://demo@127.0.0.1/demo",
        "mfa-rollout demo --trait all",
        "mfa-rollout demo --people 5000",
    ),
)
def demo(
    *,
    until_settled: Annotated[
        bool,
        typer.Option("--until-settled", help="End by itself when every story has ended well."),
    ] = False,
    day: Annotated[
        float,
        typer.Option(
            help="Seconds that a day lasts, 0.5 at least.", min=0.5, max=86_400, metavar="SECONDS"
        ),
    ] = 2.0,
    trait: Annotated[list[str] | None, typer.Option(help=TRAIT_HELP, metavar=TRAIT_FORM)] = None,
    data: Annotated[
        Path | None, typer.Option(help="Keep our own tables in this folder, after the end, too.")
    ] = None,
    database_url: Annotated[
        str, typer.Option(help="Our own tables' place: an empty PostgreSQL database.")
    ] = "",
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Leave the portal closed; its address is printed.")
    ] = False,
    people: Annotated[
        int,
        typer.Option(
            help="How many made-up people to add who have finished.",
            min=0,
            max=1_000_000,
            metavar="NUMBER",
        ),
    ] = 0,
) -> None:
    """Show the whole rollout: Temporal, a simulated tenant, worker and API, 39 people."""
    from demo.run import DemoOptions, run_demo
    from settings import DEMO_ENV_FILE, looks_for_demo

    traits = tuple(trait or ())
    parse_traits(traits)
    options = DemoOptions(
        env_file=Path(DEMO_ENV_FILE),
        verbs_find_it=looks_for_demo(),
        day_seconds=day,
        until_settled=until_settled,
        opens_portal=not no_open,
        traits=traits,
        data=data,
        past_people=people,
        database_url=database_url,
    )
    run(run_demo(demo_tenant(), options))


def demo_tenant() -> "DemoTenant":
    """Return what the product has to know of the simulated tenant."""
    from demo.tenant_settings import DemoTenant

    with demo_extra():
        from simulated_tenant import population
    return DemoTenant(
        tenant_id=population.TENANT_ID,
        client_id=population.WORKER_CLIENT_ID,
        client_secret=population.WORKER_SECRET,
        api_client_id=population.API_CLIENT_ID,
        api_client_secret=population.API_SECRET,
        command_line_client_id=population.COMMAND_LINE_CLIENT_ID,
        provision_client_id=population.PROVISION_CLIENT_ID,
        provision_client_secret=population.PROVISION_SECRET,
        group_id=population.GROUP_ID,
        excluded_group_id=population.EXCLUDED_GROUP_ID,
        site_id=population.SITE_ID,
        list_id=population.LIST_ID,
        sender=population.SENDER,
        sample_csv=population.sample_csv(),
    )


def parse_traits(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return names and values of traits; a wrong one ends the verb with a message."""
    with demo_extra():
        from simulated_tenant.traits import Traits, UnknownTraitError, split_trait
    traits = tuple(split_trait(text) for text in texts)
    try:
        for name, value in traits:
            Traits().switch(name, value)
    except UnknownTraitError as error:
        fail(str(error), ExitStatus.USAGE)
    return traits


@contextlib.contextmanager
def demo_extra() -> Iterator[None]:
    """Say how the simulated tenant is installed, where an import doesn't find it."""
    try:
        yield
    except ModuleNotFoundError:
        fail("The simulated tenant isn't installed: pip install 'mfa-rollout[demo]'")
