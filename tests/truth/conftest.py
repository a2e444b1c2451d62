"""What the tests of truth share."""

import pytest

from simulated_tenant.entra.keys import SigningKey


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    """Return one key for all tenants, since making one takes time."""
    return SigningKey()
