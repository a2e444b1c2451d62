"""Tests of parsing and evaluating $filter."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulated_tenant.errors import GraphError
from simulated_tenant.graph.query.evaluation import matches
from simulated_tenant.graph.query.filters import parse_filter

RECORD: dict[str, Any] = {
    "name": "O'Brien",
    "count": 3,
    "ok": True,
    "none": None,
    "tags": ["a", "B"],
    "pairs": [{"id": "x", "value": "1"}, {"id": "y", "value": "2"}],
    "from/address": "ann@contoso.example",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name eq 'o''brien'", True),
        ("name ne 'O''Brien'", False),
        ("count gt 2 and count lt 4", True),
        ("count ge 4 or ok eq true", True),
        ("not (ok eq true)", False),
        ("none eq null and ok ne null", True),
        ("none gt 1", False),
        ("name gt 1", False),
        ("count in (1, 2, 3)", True),
        ("tags/any(t: t eq 'b')", True),
        ("tags/any(t:t eq 'c')", False),
        ("pairs/Any(p: p/id eq 'x' and p/value eq '1')", True),
        ("pairs/any(p: p/id eq 'x' and p/value eq '2')", False),
        ("startswith(name, 'o') and contains(name,'bri')", True),
        ("from/address eq 'ANN@contoso.example'", True),
        ("(count eq 1 or count eq 3) and ok eq true", True),
        ("count eq 1 or count eq 3 and ok eq false", False),
    ],
)
def test_conditions_are_evaluated(text: str, expected: bool) -> None:
    """Operators, precedence, quoting and collections work as OData says."""
    assert matches(parse_filter(text), RECORD.get) is expected


@pytest.mark.parametrize(
    "text", ["", "name", "name eq", "name eq 'x", "name is 'x'", "eq 'x'", "(name eq 'x'", "a eq b"]
)
def test_nonsense_is_a_bad_request(text: str) -> None:
    """What can't be parsed is a 400, never another exception."""
    with pytest.raises(GraphError) as refusal:
        parse_filter(text)
    assert refusal.value.status == 400


@given(st.text())
def test_any_text_in_quotes_is_found_again(value: str) -> None:
    """Doubling the quotes is all that a literal needs."""
    quoted = value.replace("'", "''")
    assert matches(parse_filter(f"name eq '{quoted}'"), {"name": value}.get)


@given(st.text(alphabet="ab'(),:/ eq0.-TZ"))
def test_the_parser_never_breaks(text: str) -> None:
    """Every text is either a condition that can be evaluated or a 400."""
    try:
        condition = parse_filter(text)
    except GraphError as refusal:
        status = refusal.status
    else:
        status = 200
        matches(condition, RECORD.get)
    assert status in {200, 400}
