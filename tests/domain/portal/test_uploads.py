"""What is chosen for an import, beside the settings."""

from datetime import timedelta
from typing import Any

import pytest

from domain.imports.pace import Pace
from domain.portal.uploads import KEPT_FOR, LARGEST_WAVE, MOST_WAVE_DAYS, UploadOptions

SETTINGS = Pace(wave_size=200, wave_interval=timedelta(hours=12), senders=3)


@pytest.mark.parametrize(
    ("chosen", "size", "interval"),
    [
        ({}, 200, timedelta(hours=12)),
        ({"wave_size": 50}, 50, timedelta(hours=12)),
        ({"wave_days": 7}, 200, timedelta(days=7)),
        ({"wave_size": 1, "wave_days": 1}, 1, timedelta(days=1)),
    ],
)
def test_what_is_not_chosen_is_as_the_settings_say(
    chosen: dict[str, Any], size: int, interval: timedelta
) -> None:
    """Each of the two by itself; nothing else of the pace is changed."""
    pace = UploadOptions(batch_id="b", **chosen).pace(SETTINGS)
    assert (pace.wave_size, pace.wave_interval, pace.senders) == (size, interval, 3)


def test_days_of_a_demo_are_shorter() -> None:
    """Seven days of two seconds are a week there."""
    chosen = UploadOptions(batch_id="b", wave_days=7)
    assert chosen.pace(SETTINGS, timedelta(seconds=2)).wave_interval == timedelta(seconds=14)


def test_bounds() -> None:
    """A file has 100,000 rows at most, and an upload is kept for two hours."""
    assert (100_000, 60, timedelta(hours=2)) == (LARGEST_WAVE, MOST_WAVE_DAYS, KEPT_FOR)
