"""The Temporal that environment and ``.env`` name, for the verbs."""

from collections.abc import Sequence

from temporalio.client import Client, Interceptor
from temporalio.runtime import Runtime

from settings import SettingsError, temporal_environment
from temporal.connect import connect_as_configured
from temporal.encryption.environment import encryption_of
from temporal.encryption.names import UserPrincipalNames
from temporal.target import Target, UnreadableProfileError, configuration, target_of


async def connect_to_temporal(
    *,
    lazy: bool = False,
    runtime: Runtime | None = None,
    interceptors: Sequence[Interceptor] = (),
) -> Client:
    """Return a client for the Temporal server that environment and ``.env`` name.

    ``runtime`` measures it, and ``interceptors`` trace it.

    Raises:
        SettingsError: a setting is wrong, or a file that it names can't be used.
        TemporalRefused: the server can't be reached, unless ``lazy``, or can't be used.
    """
    try:
        return await connect_as_configured(
            temporal_environment(), lazy=lazy, runtime=runtime, interceptors=interceptors
        )
    except UnreadableProfileError:
        raise SettingsError(
            "Temporal's configuration file cannot be used: look at TEMPORAL_CONFIG_FILE, at the "
            "profile that TEMPORAL_PROFILE names, and at the files that it names."
        ) from None


def configured_names() -> UserPrincipalNames:
    """Return how user principal names stand in search attributes, as the settings say."""
    encryption = encryption_of(temporal_environment())
    return encryption.names if encryption else UserPrincipalNames()


def configured_target() -> Target:
    """Return the server and the namespace that environment and ``.env`` name."""
    return target_of(configuration(temporal_environment()))
