"""Which keys made the links that people hold, and whether these links still lead anywhere."""

from collections.abc import Mapping, Sequence

from domain.doctor.checks import Check, Fault, Finding, Good, found
from domain.keys import key_id


def judge_link_keys(counts: Mapping[str, int], ring: Sequence[bytes]) -> list[Finding]:
    """Return a line for links of older keys, and one for those of dropped keys; none as a rule.

    Args:
        counts: how many people got their last link by which key, by the keys' names.
        ring: ``TRACKING_TOKEN_KEY``, the newest first.
    """
    first, *older = [key_id(key) for key in ring]
    kept = {name: counts[name] for name in older if counts.get(name)}
    dropped = {name: count for name, count in counts.items() if name not in {first, *older}}
    lines = []
    if dropped:
        facts = {"number": sum(dropped.values()), "names": _shown(dropped)}
        lines.append(found(Check.LINKS, Fault.LINKS_REVOKED, **facts))
    if kept:
        facts = {"number": sum(kept.values()), "names": _shown(kept), "first": first}
        lines.append(found(Check.LINKS, Good.LINKS_OF_OLDER_KEYS, **facts))
    return lines


def _shown(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in sorted(counts.items()))
