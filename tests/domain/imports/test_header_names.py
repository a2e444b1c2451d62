"""The words by which columns of addresses are known."""

from unicodedata import normalize

import pytest

from domain.imports import header_names

WORDS = {name: value for name, value in vars(header_names).items() if name.isupper()}


@pytest.mark.parametrize("name", WORDS)
def test_each_word_can_be_met(name: str) -> None:
    """None is there twice, and each is letters alone, small ones, in Unicode's usual form."""
    words = WORDS[name]
    assert len(set(words)) == len(words)
    usual = [
        word for word in words if word.isalnum() and normalize("NFKC", word.casefold()) == word
    ]
    assert usual == list(words)
