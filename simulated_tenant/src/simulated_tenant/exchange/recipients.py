"""What becomes of mail to certain addresses, beside that nobody may have them."""

from dataclasses import dataclass

from simulated_tenant.exchange.mail_systems import MailSystem


@dataclass(kw_only=True, slots=True)
class RecipientRule:
    """Mail to an address is refused with a code, by a mail system.

    ``times`` is how often (None: always). ``delivered`` mail arrives all the same, as where only
    the recipient's own forward is refused. Without ``code`` only the system is said, which writes
    the report if nobody has the address.
    """

    code: str | None = None
    system: MailSystem | None = None
    times: int | None = None
    delivered: bool = False


class RecipientRules:
    """The rules by address. They are gone with the process, as they are the test's, not state."""

    def __init__(self) -> None:
        """Start with none."""
        self._rules: dict[str, RecipientRule] = {}

    def put(self, address: str, rule: RecipientRule) -> None:
        """Set the rule of an address."""
        self._rules[address.lower()] = rule

    def take(self, address: str) -> RecipientRule | None:
        """Return the rule of an address, counting that it was needed."""
        rule = self._rules.get(address.lower())
        if rule is None or rule.times == 0:
            return None
        if rule.times is not None:
            rule.times -= 1
        return rule

    def clear(self) -> None:
        """Forget all rules."""
        self._rules.clear()

    def all(self) -> dict[str, RecipientRule]:
        """Return the rules by address."""
        return dict(self._rules)
