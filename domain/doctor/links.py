"""Which keys made the links that people hold, and whether these links still lead anywhere."""

from collections.abc import Mapping, Sequence

from domain.doctor.checks import Check, Fault, Finding, Good, found
from domain.keys import key_id


def judge_link_keys(counts: Mapping[str, int], ring: Sequence[bytes]) -> list[Finding]:
    """Return a line for links of dropped keys and one for older ones, or that there are neither.

    Keys of the ring that no link needs any more have a line, too.

    Args:
        counts: how many people got their last link by which key, by the keys' names.
        ring: ``TRACKING_TOKEN_KEY``, the newest first.
    """
    first, *older = [key_id(key) for key in ring]
    kept = {name: counts[name] for name in older if counts.get(name)}
    dropped = {name: count for name, count in counts.items() if name not in {first, *older}}
    lines = []
    if dropped:
        number, names = sum(dropped.values()), _shown(dropped)
        lines.append(found(Check.LINKS, Fault.LINKS_REVOKED, number=number, names=names))
    if kept:
        number, names = sum(kept.values()), _shown(kept)
        lines.append(
            found(Check.LINKS, Good.LINKS_OF_OLDER_KEYS, number=number, names=names, first=first)
        )
    if not lines:
        lines.append(found(Check.LINKS, Good.LINKS, first=first))
    if idle := [name for name in older if name not in kept]:
        lines.append(found(Check.LINKS, Good.KEYS_WITHOUT_LINKS, names=", ".join(idle)))
    return lines


def _shown(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in sorted(counts.items()))
