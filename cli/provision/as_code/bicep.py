"""The part of the set-up that Bicep knows: the app registration and its permissions."""

from pathlib import Path

from cli.provision.as_code.values import APP_NAME, PERMISSIONS, Values

_BODY = Path(__file__).with_name("worker.bicep")
_BEFORE = "@description('Where the worker signs in"


def bicep(_values: Values) -> str:
    """Return the template; it is deployed into the tenant of the subscription."""
    head, before, body = _BODY.read_text(encoding="utf-8").partition(_BEFORE)
    names = "\n".join(f"  '{name}'" for name in PERMISSIONS)
    parameters = (
        f"param appName string = '{APP_NAME}'\n\nparam permissions array = [\n{names}\n]\n\n"
    )
    return f"{head}{parameters}{before}{body}"
