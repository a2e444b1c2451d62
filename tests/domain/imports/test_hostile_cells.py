"""A cell takes as long to read as it has letters, whatever they are."""

import pytest

from domain.imports.file import read_import_file
from tests.support.cpu import at_most_cpu


@pytest.mark.parametrize("letters", ["@", "a@"])
def test_reading_a_cell_takes_as_long_as_it_is(letters: str) -> None:
    """A hundred of these took minutes, and an import may have ten thousand."""
    cells = [f"{letters * 450}{number}" for number in range(100)]
    with at_most_cpu(20):
        file = read_import_file("\n".join(["UPN\tx", *(f"{cell}\t" for cell in cells)]).encode())
    assert len(file.rejected) == len(cells)
