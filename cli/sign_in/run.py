"""Signs in, says who has signed in, and forgets it."""

import typer

from cli.options import answer
from cli.sign_in.identity import Me, confirmed_by_api, kept_sign_in, read_me, this_login, tokens_of
from cli.terminal import ExitStatus, fail
from domain.plain_text import one_line
from settings import SignInSettings, load_settings


async def sign_person_in(*, device_code: bool, as_json: bool) -> None:
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
    answer(_as_json(me), *_sentences(me), as_json=as_json)


def sign_person_out(*, as_json: bool) -> None:
    """Forget the sign-in; the account stays signed in with Microsoft in the browser."""
    forgotten = kept_sign_in().forget()
    sentence = "Signed out." if forgotten else "Nobody has signed in."
    answer({"signedOut": forgotten}, sentence, as_json=as_json)


async def show_me(*, as_json: bool) -> None:
    """Print in whose name verbs act; leave with 1 where nobody has verified it.

    Raises:
        SettingsError: somebody has signed in, and settings are missing or wrong.
        RolloutError: the sign-in can't be confirmed.
    """
    kept = kept_sign_in()
    me = await read_me(load_settings(SignInSettings), kept) if kept.path.exists() else None
    answer(_as_json(me), *_sentences(me), as_json=as_json)
    if me is None:
        raise typer.Exit(ExitStatus.FAILED)


def _sentences(me: Me | None) -> tuple[str, ...]:
    if me is None:
        return (f"{this_login().shown_name}: `mfa-rollout sign-in` signs you in.",)
    roles = ", ".join(me.roles) or "no role"
    return (
        one_line(f"Signed in as {me.name} ({roles})."),
        one_line(f"ObjectId: {me.object_id}"),
    )


def _as_json(me: Me | None) -> dict[str, object]:
    return {
        "name": this_login().name if me is None else me.name,
        "verified": me is not None,
        "objectId": me.object_id if me else None,
        "app": me.app if me else None,
        "roles": list(me.roles) if me else [],
    }
