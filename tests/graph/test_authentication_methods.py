"""Registered methods are told by type, and an error is never "not registered"."""

import pytest

from domain.failures import NotFound, PermissionDenied, UnexpectedAnswer
from graph.authentication_methods import AuthenticationMethods
from graph.http.client import GraphClient
from tests.graph.http.peer import Answer, Peer


@pytest.fixture
def registrations(client: GraphClient) -> AuthenticationMethods:
    """Return registrations whose Graph is the scripted peer."""
    return AuthenticationMethods(client)


async def test_types_come_without_their_namespace(
    registrations: AuthenticationMethods, peer: Peer
) -> None:
    """Known and unknown types are told as Graph names them; the nameless by their base type."""
    types = ["#microsoft.graph.passwordAuthenticationMethod", "#microsoft.graph.telepathyMethod"]
    rows: list[dict[str, object]] = [{"@odata.type": name, "id": "1"} for name in types]
    peer.answers(Answer(body={"value": [*rows, {"id": "3"}]}))

    assert await registrations.methods("u") == (
        "passwordAuthenticationMethod",
        "telepathyMethod",
        "authenticationMethod",
    )
    assert peer.targets == ["GET /v1.0/users/u/authentication/methods"]


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answer(status=404), NotFound, "not in the directory"),
        (Answer(status=403), PermissionDenied, r"UserAuthenticationMethod\.Read\.All"),
        (Answer(body={}), UnexpectedAnswer, "form"),
    ],
)
async def test_a_failure_is_not_an_empty_list(
    registrations: AuthenticationMethods,
    peer: Peer,
    answer: Answer,
    kind: type[Exception],
    said: str,
) -> None:
    """Whatever isn't a list of methods is a failure, which says what to do."""
    peer.answers(answer)

    with pytest.raises(kind, match=said):
        await registrations.methods("u")
