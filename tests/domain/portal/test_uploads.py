"""What an admin has uploaded and not started."""

from datetime import timedelta

from domain.portal.uploads import KEPT_FOR


def test_an_upload_is_kept_for_two_hours() -> None:
    """Whoever comes back later chooses the file again."""
    assert timedelta(hours=2) == KEPT_FOR
