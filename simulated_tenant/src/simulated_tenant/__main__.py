"""Run the simulated tenant from the command line: ``simulated-tenant``."""

import argparse
import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from simulated_tenant.server import PortInUseError, ServedTenant, serve
from simulated_tenant.settings import TenantSettings
from simulated_tenant.traits import Traits, UnknownTraitError, split_trait, trait_names

_LAST_PORT = 65_535
_MOST_SECONDS = 86_400


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; return the exit status."""
    options = parser().parse_args(arguments)
    day = options.day
    settings = TenantSettings(
        data_dir=options.data,
        host=options.host,
        https_port=options.https_port,
        http_port=options.http_port,
        names=tuple(options.name),
        people_url=options.people_url,
        redirect_uris=tuple(options.redirect_uri),
        day_length=None if day is None else timedelta(seconds=day),
        token_lifetime=timedelta(seconds=options.token_seconds),
        traits=tuple(options.trait),
    )
    try:
        asyncio.run(serve(settings, _announce))
    except PortInUseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _announce(served: ServedTenant) -> None:
    sys.stdout.write(
        f"ready: authority {served.authority} graph {served.graph_url} people {served.people_url}\n"
    )
    sys.stdout.flush()


def parser() -> argparse.ArgumentParser:
    """Return what understands the command line."""
    options = argparse.ArgumentParser(
        prog="simulated-tenant",
        description="A stand-in for Entra ID, Microsoft Graph, Exchange and SharePoint: for demos"
        " and tests, never for real people's data.",
        formatter_class=_Formatter,
        epilog="Traits make the tenant as unkind as Microsoft; `all` switches all on:\n"
        + "\n".join(f"  {name:<17}{form}" for name, form in trait_names().items()),
    )
    options.add_argument(
        "--data", type=Path, default=Path(".tenant"), help="state, keys and ca.pem"
    )
    options.add_argument("--host", default="127.0.0.1", help="address to bind")
    options.add_argument("--https-port", type=_port, default=8443, help="Entra ID and Graph")
    options.add_argument(
        "--http-port", type=_port, default=8081, help="pages for people, control API"
    )
    options.add_argument(
        "--name", action="append", default=[], help="further host name for the certificate"
    )
    options.add_argument("--people-url", help="where browsers reach the http side")
    options.add_argument(
        "--redirect-uri", action="append", default=[], help="the portal's address after sign-in"
    )
    options.add_argument(
        "--day",
        type=_seconds(0.1),
        metavar="SECONDS",
        help="length of a demo day; without it nobody acts",
    )
    options.add_argument(
        "--token-seconds", type=_seconds(0), default=3600, help="lifetime of access tokens"
    )
    options.add_argument(
        "--trait",
        action="append",
        type=_trait,
        default=[],
        metavar="NAME[=VALUE]",
        help="behave as Microsoft does; repeatable",
    )
    return options


class _Formatter(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Show defaults, and keep the lines of the list of traits."""


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"'{text}' is no port: 0 to {_LAST_PORT}.")
    return port


def _seconds(least: float) -> Callable[[str], float]:
    """Return what reads so many seconds at least, and a day at most."""

    def read(text: str) -> float:
        try:
            seconds = float(text)
        except ValueError:
            seconds = -1
        if not least <= seconds <= _MOST_SECONDS:
            raise argparse.ArgumentTypeError(
                f"'{text}' is no number of seconds from {least} to {_MOST_SECONDS}."
            )
        return seconds

    return read


def _trait(text: str) -> tuple[str, str]:
    name, value = split_trait(text)
    try:
        Traits().switch(name, value)
    except UnknownTraitError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return name, value


if __name__ == "__main__":
    sys.exit(main())
