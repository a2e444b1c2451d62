"""What tests of batches have in common."""

from collections.abc import Iterator

import pytest

from tests.graph.http.batches import of_work


@pytest.fixture
def work() -> Iterator[None]:
    """Let every call of a test be of one piece of work."""
    with of_work():
        yield
