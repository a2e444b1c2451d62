"""Who gets a report: mail addresses, as an admin writes them."""

import re

from email_validator import EmailNotValidError, validate_email

MOST = 50
_BETWEEN = re.compile(r"[\s,;]+")


def read_recipients(text: str) -> tuple[str, ...]:
    """Return the addresses between spaces, commas and line breaks, each once.

    Raises:
        ValueError: one of them is no mail address, or there is none, or there are too many.
    """
    addresses = tuple(dict.fromkeys(part for part in _BETWEEN.split(text) if part))
    if not addresses:
        raise ValueError("A recipient is missing")
    if len(addresses) > MOST:
        raise ValueError(f"A report has at most {MOST} recipients")
    for address in addresses:
        try:
            validate_email(address, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise ValueError(f"{address} is not a mail address") from None
    return addresses
