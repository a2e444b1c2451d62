"""Which Temporal ``TEMPORAL_*`` names, read as Temporal's own tools read them."""

from dataclasses import dataclass

from temporalio.envconfig import ClientConfig, ClientConnectConfig

DEFAULT_ADDRESS = "localhost:7233"
DEFAULT_NAMESPACE = "default"


@dataclass(frozen=True, slots=True)
class Target:
    """A server and a namespace on it, as a message names them."""

    address: str
    namespace: str


def configuration(address: str | None = None) -> ClientConnectConfig:
    """Return what a client connects with; an ``address`` replaces the one that is configured.

    https://docs.temporal.io/develop/environment-configuration

    Raises:
        RuntimeError: the configuration file or its profile can't be used.
    """
    config = ClientConfig.load_client_connect_config()
    if address is not None:
        config["target_host"] = address
    config.setdefault("target_host", DEFAULT_ADDRESS)
    return config


def target_of(config: ClientConnectConfig) -> Target:
    """Return the server and the namespace of a configuration."""
    return Target(
        config.get("target_host") or DEFAULT_ADDRESS, config.get("namespace") or DEFAULT_NAMESPACE
    )


def configured_target() -> Target:
    """Return the server and the namespace that ``TEMPORAL_*`` names."""
    return target_of(configuration())
