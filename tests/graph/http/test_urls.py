"""Ids, literals and links are written so that they can't mean anything else."""

import pytest

from domain.failures import BadRequest
from graph.http.urls import is_within, literal, segment, with_query

BASE = "https://graph.microsoft.com/v1.0"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ada@contoso.com", "ada%40contoso.com"),
        ("guest_fabrikam.com#EXT#@contoso.com", "guest_fabrikam.com%23EXT%23%40contoso.com"),
        ("o'hara@contoso.com", "o%27hara%40contoso.com"),
        ("a/../b?c", "a%2F..%2Fb%3Fc"),
        ("contoso.sharepoint.com,1,2", "contoso.sharepoint.com%2C1%2C2"),
    ],
)
def test_an_id_stays_one_segment(text: str, written: str) -> None:
    """Nothing in an id can end its segment of the path."""
    assert segment(text) == written


@pytest.mark.parametrize("text", ["", ".", ".."])
def test_an_id_that_would_name_another_thing_is_refused(text: str) -> None:
    """An empty or dotted id would list all users instead of reading one."""
    with pytest.raises(BadRequest, match="empty"):
        segment(text)


def test_half_a_character_is_in_no_address() -> None:
    """JSON may hold it, in an id as in a text that is looked for: nothing fails unexpectedly."""
    with pytest.raises(BadRequest, match="half a character"):
        segment("a\udc00")
    assert with_query(BASE, {"$filter": literal("\ud83d")}) == f"{BASE}?$filter=%27%3F%27"


def test_quotes_in_a_literal_are_doubled() -> None:
    """A quote in a value doesn't end the literal."""
    assert literal("o'hara' or 1 eq 1") == "'o''hara'' or 1 eq 1'"


def test_spaces_and_plus_signs_are_kept_apart() -> None:
    """A space is %20 and a plus sign is %2B, whatever the service thinks of ``+``."""
    assert (
        with_query(BASE, {"$filter": "mail eq 'a+b@c.d'", "$top": "2"})
        == f"{BASE}?$filter=mail%20eq%20%27a%2Bb%40c.d%27&$top=2"
    )
    assert with_query(BASE, None) == BASE


@pytest.mark.parametrize(
    ("link", "inside"),
    [
        ("https://graph.microsoft.com/v1.0/users?$skiptoken=x", True),
        ("https://graph.microsoft.com:443/v1.0/users", True),
        ("https://GRAPH.microsoft.com/v1.0/users", True),
        ("http://graph.microsoft.com/v1.0/users", False),
        ("https://graph.microsoft.com:8443/v1.0/users", False),
        ("https://graph.microsoft.com.evil.example/v1.0/users", False),
        ("https://graph.microsoft.com@evil.example/v1.0/users", False),
        ("https://name:word@graph.microsoft.com/v1.0/users", False),
        ("//evil.example/users", False),
        ("/v1.0/users", False),
        ("https://[broken", False),
        ("https://graph.microsoft.com/v1.0/users?$skiptoken=\ud83d", False),
        ("https://graph.microsoft.com/v1.0/users?$skiptoken=\U0001f600", True),
        ("https://\ud83d/v1.0/users", False),
        ("https://graph.microsoft.com:\u0664\u0664\u0663/v1.0/users", False),
        ("https://xn--a/v1.0/users", False),
        ("", False),
    ],
)
def test_only_links_to_the_same_origin_are_within(link: str, inside: bool) -> None:
    """A link on another scheme, host or port, or with credentials in it, is outside."""
    assert is_within(BASE, link) is inside
