"""Signs in, says who has signed in, and forgets it."""

import typer

from cli.people.tables import said
from cli.sign_in.identity import Me, confirmed_by_api, kept_sign_in, read_me, this_login, tokens_of
from cli.terminal import ExitStatus, fail, out, print_json
from settings import SignInSettings, load_settings


async def sign_person_in(*, device_code: bool) -> None:
    """Sign in, keep it, and say what the API makes of it.

    Raises:
        SettingsError: settings are missing or wrong.
        RolloutError: Entra ID or the API refuses, or can't be reached.
    """
    settings = load_settings(SignInSettings)
    kept = kept_sign_in()
    tokens = tokens_of(settings, kept, device_code=device_code)
    try:
        token = await tokens.token()
    finally:
        tokens.close()
    me = await confirmed_by_api(settings, token)
    try:
        kept.save()
    except OSError as error:
        fail(f"The sign-in can't be kept in {kept.path}: {error.strerror}.")
    _print(me)


def sign_person_out() -> None:
    """Forget the sign-in; the account stays signed in with Microsoft in the browser."""
    out.print("Signed out." if kept_sign_in().forget() else "Nobody has signed in.")


async def show_me(*, as_json: bool) -> None:
    """Print as whom verbs act; leave with 1 where nobody has verified it.

    Raises:
        SettingsError: somebody has signed in, and settings are missing or wrong.
        RolloutError: the sign-in can't be confirmed.
    """
    kept = kept_sign_in()
    me = await read_me(load_settings(SignInSettings), kept) if kept.path.exists() else None
    if me is not None and not as_json:
        _print(me)
        return
    name = this_login().name if me is None else me.name
    if as_json:
        print_json(
            {
                "name": name,
                "verified": me is not None,
                "objectId": me.object_id if me else None,
                "app": me.app if me else None,
                "roles": list(me.roles) if me else [],
            }
        )
    else:
        out.print(f"{said(name)} (unverified): `mfa-rollout sign-in` signs you in.", soft_wrap=True)
    if me is None:
        raise typer.Exit(ExitStatus.FAILED)


def _print(me: Me) -> None:
    roles = ", ".join(me.roles) or "no role"
    out.print(f"Signed in as {said(me.name)} ({said(roles)}).", soft_wrap=True)
    out.print(f"ObjectId: {said(me.object_id)}", soft_wrap=True)
