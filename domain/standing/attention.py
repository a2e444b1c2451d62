"""What an admin is told to do about those who need attention."""

from collections.abc import Mapping

from domain.portal.settings_in_force import duration_text
from domain.standing.texts import TO_DO
from domain.tables.attention import AttentionKind, AttentionRules


def to_do(
    kind: AttentionKind, rules: AttentionRules, texts: Mapping[AttentionKind, str] = TO_DO
) -> str:
    """Return what to do about a reason, with the time that the rules in force have for it."""
    return texts[kind].format(days=duration_text(rules.not_registered_after))
