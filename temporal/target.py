"""Which Temporal ``TEMPORAL_*`` names, read as Temporal's own tools read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from temporalio.envconfig import ClientConfig, ClientConnectConfig

DEFAULT_ADDRESS = "localhost:7233"
DEFAULT_NAMESPACE = "default"


@dataclass(frozen=True, slots=True)
class Target:
    """A server and a namespace on it, as a message names them."""

    address: str
    namespace: str = DEFAULT_NAMESPACE


class UnreadableProfileError(Exception):
    """Temporal's configuration file, or a file that it names, can't be read.

    Its own message isn't passed on: it may quote the file, which holds secrets.
    """


def configuration(environment: Mapping[str, str]) -> ClientConnectConfig:
    """Return what a client connects with.

    Address, namespace, TLS and API key are read as Temporal's own tools read them.
    https://docs.temporal.io/develop/environment-configuration

    Raises:
        UnreadableProfileError: a file that ``TEMPORAL_*`` names can't be used.
    """
    try:
        config = ClientConfig.load_client_connect_config(override_env_vars=dict(environment))
    except (RuntimeError, OSError):
        raise UnreadableProfileError from None
    config.setdefault("target_host", DEFAULT_ADDRESS)
    return config


def target_of(config: ClientConnectConfig) -> Target:
    """Return the server and the namespace of a configuration."""
    return Target(
        config.get("target_host") or DEFAULT_ADDRESS, config.get("namespace") or DEFAULT_NAMESPACE
    )
