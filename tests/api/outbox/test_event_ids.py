"""Ids of events look like any other."""

from uuid import RFC_4122, UUID

from api.outbox.event_ids import new_event_id


def test_ids_are_random_guids() -> None:
    """Each is a GUID of version 4 in its usual form, and none comes twice."""
    made = {new_event_id() for _ in range(100)}
    assert len(made) == 100
    for one in made:
        assert (str(UUID(one)), UUID(one).version, UUID(one).variant) == (one, 4, RFC_4122)
