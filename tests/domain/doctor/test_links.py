"""What doctor says of the keys that made people's links."""

import pytest

from domain.doctor.checks import Check, Fault, Good
from domain.doctor.links import judge_link_keys
from domain.keys import key_id

NEW, OLD, OLDER, DROPPED = (bytes([at]) * 32 for at in range(4))
NEWEST, OLDER_ONE, OLDEST, GONE = (key_id(key) for key in (NEW, OLD, OLDER, DROPPED))


@pytest.mark.parametrize("counts", [{}, {NEWEST: 5}])
def test_links_of_the_newest_key_are_in_order(counts: dict[str, int]) -> None:
    """As long as no key was changed, the line names the one that is in use."""
    (line,) = judge_link_keys(counts, [NEW])
    assert (line.what, line.facts) == (Good.LINKS, {"first": NEWEST})


def test_links_of_older_and_dropped_keys_are_counted() -> None:
    """Those of a dropped key need somebody, those of an older one don't."""
    lines = judge_link_keys({NEWEST: 5, OLDER_ONE: 2, OLDEST: 1, GONE: 3}, [NEW, OLD, OLDER])
    assert [(one.check, one.what) for one in lines] == [
        (Check.LINKS, Fault.LINKS_REVOKED),
        (Check.LINKS, Good.LINKS_OF_OLDER_KEYS),
    ]
    assert lines[0].facts == {"number": "3", "names": f"{GONE} (3)"}
    kept = ", ".join(sorted((f"{OLDER_ONE} (2)", f"{OLDEST} (1)")))
    assert lines[1].facts == {"number": "3", "names": kept, "first": NEWEST}


@pytest.mark.parametrize(
    ("counts", "what"),
    [({NEWEST: 5}, Good.LINKS), ({OLDEST: 1}, Good.LINKS_OF_OLDER_KEYS)],
    ids=["no link is older", "one is"],
)
def test_a_key_that_no_link_needs_may_be_dropped(counts: dict[str, int], what: Good) -> None:
    """It is named; the first key makes links, so it is never one of them."""
    keys, idle = judge_link_keys(counts, [NEW, OLD, OLDER])
    unused = [name for name in (OLDER_ONE, OLDEST) if name not in counts]
    assert (keys.what, idle.what) == (what, Good.KEYS_WITHOUT_LINKS)
    assert idle.facts == {"names": ", ".join(unused)}
