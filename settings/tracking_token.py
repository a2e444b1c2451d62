"""The keys of the tokens in links."""

from pydantic import Field

from settings.base import Contradictions, RolloutSettings, contradiction
from settings.values.secrets import KeyRing, key_of
from settings.values.urls import is_on_this_machine

# The demo's key is public.
DEMO_TOKEN_KEY = b"public key of the simulated only"


class TokenSettings(RolloutSettings):
    """What makes the tokens in links, and reads them."""

    tracking_token_key: KeyRing = Field(
        description="Keys of tracking tokens, comma separated, 32 bytes each as base64. The first "
        "makes tokens, all are tried. Make one with: openssl rand -base64 32"
    )

    @contradiction
    def _has_no_key_of_the_demo(self) -> Contradictions:
        if DEMO_TOKEN_KEY not in self.token_keys:
            return
        # Where only this machine follows links, a demo's may be made with a key that all know.
        public = getattr(self, "public_base_url", None)
        if not self.simulated_tenant or (public and not is_on_this_machine(public)):
            yield "TRACKING_TOKEN_KEY is the demo's: make your own with: openssl rand -base64 32"

    @property
    def token_keys(self) -> tuple[bytes, ...]:
        """The ring of tracking token keys."""
        return tuple(key_of(key) for key in self.tracking_token_key.get_secret_value().split(","))
