"""The end of the demo's days, which a file tells to processes that run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.days_end import write_days_end
from settings import PolicySettings
from settings.reader.days_end import DaysEnd
from settings.reader.load import settings_from

ZERO = datetime(2026, 11, 27, 2, tzinfo=UTC)
ENDED = ZERO + timedelta(seconds=7)


def test_a_calendar_follows_the_file(tmp_path: Path) -> None:
    """A process that has its settings already sees the end, and stays with the first one."""
    file = tmp_path / "days-end"
    settings = settings_from(
        PolicySettings,
        {
            "SIMULATED_TENANT": "on",
            "DAY_LENGTH": "2s",
            "DAY_ZERO": ZERO.isoformat(),
            "DAYS_END_PATH": str(file),
        },
    )
    calendar = settings.demo_calendar
    assert calendar is not None
    write_days_end(file, ENDED)
    assert calendar.last == 3
    assert list(tmp_path.iterdir()) == [file]
    file.unlink()
    assert calendar.last == 3


@pytest.mark.parametrize(("look_every", "seen"), [(timedelta(), ENDED), (timedelta(days=1), None)])
def test_the_file_is_looked_for_now_and_then(
    tmp_path: Path, look_every: timedelta, seen: datetime | None
) -> None:
    """Between two looks what was seen last is the answer."""
    end = DaysEnd(tmp_path / "days-end", look_every=look_every)
    assert end() is None
    write_days_end(tmp_path / "days-end", ENDED)
    assert end() == seen
