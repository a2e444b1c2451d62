"""What an access token permits, read from the token itself."""

import jwt

from domain.failures import UnexpectedAnswer


def roles_in(token: str) -> frozenset[str]:
    """Return the application permissions that stand in an access token.

    Nothing is decided by them but what an admin is told, so the signature isn't checked: Graph
    checks it at every call.

    Raises:
        UnexpectedAnswer: it isn't the kind of token that Entra ID gives for Graph.
    """
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        # Not chained: the message may quote the token.
        raise UnexpectedAnswer("The access token has a form that can't be read.") from None
    return frozenset(str(role) for role in claims.get("roles") or ())
