"""A stage of a tenant, as the activities' tests have it."""

from tests.activities.conftest import ground, stage

__all__ = ["ground", "stage"]
