"""Where Temporal is: the variables of Temporal's own tools, checked before its SDK reads them."""

import re
from typing import Annotated, Literal

from pydantic import Field

from settings.base import Contradictions, Settings, contradiction
from settings.reader.environment import Environment, read_environment
from settings.reader.load import settings_from
from settings.values.files import ExistingFile
from settings.values.scalars import Switch, Words, choice
from settings.values.secrets import KeyRing, Secret
from settings.values.validators import written


def read_server(text: str) -> str:
    """Read a host and port."""
    found = re.fullmatch(r"([a-z0-9.-]+|\[[0-9a-f:]+\]):([0-9]{1,5})", text.casefold())
    if found is None or not 1 <= int(found[2]) <= 65_535:  # noqa: PLR2004 - the highest port
        raise ValueError("must be a host name, a colon and a port")
    return text


class TemporalSettings(Settings):
    """Where Temporal is; https://docs.temporal.io/references/client-environment-configuration."""

    temporal_address: Annotated[str, written(read_server)] = Field(
        default="localhost:7233", description="Host and port of the Temporal server."
    )
    temporal_namespace: Words = Field(default="default", description="Namespace on that server.")
    temporal_api_key: Secret | None = Field(
        default=None, description="API key, for Temporal Cloud. It turns TLS on."
    )
    temporal_tls: Annotated[Literal["true", "false"], written(choice("true", "false"))] | None = (
        Field(
            default=None,
            # Its tools take every word but false and 0 for true, also "off".
            description="TLS without a client certificate: true or false, as Temporal spells it.",
            examples=["true"],
        )
    )
    temporal_tls_client_cert_path: ExistingFile | None = Field(
        default=None,
        description="PEM file of the client certificate, for mTLS.",
        examples=["/run/secrets/shared/temporal.pem"],
    )
    temporal_tls_client_key_path: ExistingFile | None = Field(
        default=None,
        description="PEM file of its private key.",
        examples=["/run/secrets/shared/temporal.key"],
    )
    temporal_tls_server_ca_cert_path: ExistingFile | None = Field(
        default=None,
        description="PEM file of the authority that the server's certificate is checked against.",
        examples=["/run/secrets/shared/temporal-ca.pem"],
    )
    payload_keys: KeyRing | None = Field(
        default=None,
        description="Keys with which everything that Temporal keeps about people is encrypted, "
        "comma separated, 32 bytes each as base64; the same for every process. The first encrypts, "
        "all decrypt. Make one with: openssl rand -base64 32",
    )
    searchable_upn: Switch = Field(
        default=True,
        description="Off: the search attribute UserPrincipalName holds a keyed hash, since what "
        "Temporal searches can't be encrypted. It needs PAYLOAD_KEYS.",
    )
    temporal_config_file: ExistingFile | None = Field(
        default=None,
        description="TOML file in which Temporal's tools keep profiles.",
        examples=["/etc/temporal.toml"],
    )

    @contradiction
    def _has_both_halves_of_a_certificate(self) -> Contradictions:
        halves = {
            "TEMPORAL_TLS_CLIENT_CERT_PATH": self.temporal_tls_client_cert_path,
            "TEMPORAL_TLS_CLIENT_KEY_PATH": self.temporal_tls_client_key_path,
        }
        missing = [name for name, value in halves.items() if value is None]
        if len(missing) == 1:
            (there,) = halves.keys() - missing
            yield f"{there} is set, but {missing[0]} is not: set both."

    @contradiction
    def _hides_names_everywhere(self) -> Contradictions:
        if not self.searchable_upn and self.payload_keys is None:
            yield (
                "SEARCHABLE_UPN is off, but PAYLOAD_KEYS is not set, so names would stand in "
                "payloads: set both."
            )

    @contradiction
    def _sends_its_key_encrypted(self) -> Contradictions:
        if self.temporal_api_key is not None and self.temporal_tls == "false":
            yield "TEMPORAL_API_KEY would be sent without TLS: leave TEMPORAL_TLS out."


def temporal_environment() -> dict[str, str]:
    """Return the environment that Temporal's SDK is to read: the process's and ``.env``.

    Raises:
        SettingsError: a variable of Temporal's is wrong, or ``.env`` cannot be read.
    """
    environment = read_environment()
    return for_temporal(environment, settings_from(TemporalSettings, environment))


def for_temporal(environment: Environment, settings: TemporalSettings) -> dict[str, str]:
    """Return the environment that Temporal's SDK is to read, with keys that stand in files."""
    values = dict(environment.values)
    if settings.temporal_api_key is not None:
        values["TEMPORAL_API_KEY"] = settings.temporal_api_key.get_secret_value()
    if settings.payload_keys is not None:
        values["PAYLOAD_KEYS"] = settings.payload_keys.get_secret_value()
    values["SEARCHABLE_UPN"] = "on" if settings.searchable_upn else "off"
    return values
