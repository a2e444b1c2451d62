"""Secrets that stand in files: ``LIKE_THIS_FILE`` names the file that holds ``LIKE_THIS``."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from settings.reader.text import is_readable, text_of

SECRETS = (
    "CLIENT_SECRET",
    "CLIENT_CERTIFICATE_PASSPHRASE",
    "TRACKING_TOKEN_KEY",
    "PAYLOAD_KEYS",
    "API_CLIENT_SECRET",
    "API_CLIENT_CERTIFICATE_PASSPHRASE",
    "PROVISION_CLIENT_SECRET",
    "TEMPORAL_API_KEY",
    "DATABASE_URL",
    "HTTPS_PROXY_URL",
)


def read_secret_files(
    environment: Mapping[str, str], names: Iterable[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Read the files of the secrets among these names.

    Returns:
        The secrets, and for each that cannot be read a sentence that says why.
    """
    found: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name in SECRETS:
        setting = f"{name}_FILE"
        path = environment.get(setting)
        if path is None or name not in names:
            continue
        if name in environment:
            problems[name] = f"{name} and {setting} are both set: keep one of them."
            continue
        try:
            text = text_of(Path(path).read_bytes()).strip()
        except OSError as error:
            problems[name] = f"{setting} cannot be read: {error.strerror}. {_EXAMPLE.format(name)}"
        except UnicodeDecodeError:
            problems[name] = f"{setting} names a file that is not text. {_EXAMPLE.format(name)}"
        else:
            if not text:
                problems[name] = f"{setting} names a file that is empty. {_EXAMPLE.format(name)}"
            elif not is_readable(text):
                problems[name] = f"{setting} names a file that is not text. {_EXAMPLE.format(name)}"
            else:
                found[name] = text
    return found, problems


_EXAMPLE = "For example: {0}_FILE=/run/secrets/{0}"
