"""The file by which verbs find the demo."""

import stat
from pathlib import Path

from demo.env_file import settings_file
from settings.reader.env_file import read_env_file

SETTINGS = {"A": "plain", "B": "it's $HOME \\ and # more", "C": 'says "yes"', "D": "ключ="}


def test_holds_the_settings_for_its_owner_alone(tmp_path: Path) -> None:
    """Every value is read as it was, nobody else may read it, and it goes with the demo."""
    path = tmp_path / ".demo.env"
    with settings_file(path, {**SETTINGS, "EMPTY": ""}) as is_ours:
        assert is_ours
        assert read_env_file(path).values == SETTINGS
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == []


def test_a_second_demo_leaves_the_first_its_file(tmp_path: Path) -> None:
    """Where a demo runs, another writes nothing, and ends without taking the file away."""
    path = tmp_path / ".demo.env"
    with settings_file(path, {"A": "first"}):
        with settings_file(path, {"A": "second"}) as is_ours:
            assert not is_ours
        assert read_env_file(path).values == {"A": "first"}


def test_what_a_killed_demo_left_is_replaced(tmp_path: Path) -> None:
    """A file that nobody holds is written anew; one that was deleted meanwhile is no failure."""
    path = tmp_path / ".demo.env"
    path.write_text("A=old\n")
    with settings_file(path, {"A": "new"}) as is_ours:
        assert is_ours
        assert read_env_file(path).values == {"A": "new"}
        path.unlink()
