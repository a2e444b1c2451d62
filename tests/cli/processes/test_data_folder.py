"""What a process keeps where it was started, such as keys, doesn't get into a commit."""

from tests.support.command_line_page import verbs
from tests.support.documents import ROOT


def test_the_tenants_folder_is_no_part_of_the_project() -> None:
    """The simulated tenant keeps the key of its certificate authority there."""
    verb = verbs()[("simulated-tenant",)]
    (folder,) = [option.default for option in verb.params if option.name == "data"]
    assert f"{folder}/" in (ROOT / ".gitignore").read_text().splitlines()
