"""Faults between the product and Microsoft Graph, each made as it happens."""

from contextlib import suppress

from domain.failures import RolloutError
from domain.microsoft.connection import CertificateFile, Connection
from graph.http.errors import Purpose
from graph.sign_in.tokens import TokenSource
from tests.database.values import object_id
from tests.graph.http.peer import Answer
from tests.telemetry.scene import Scene

PURPOSE = Purpose(doing="count", grant="Sheep.Read.All", absent="There are none.")


async def no_sign_in(scene: Scene) -> None:
    """Fail to sign in."""
    tokens = TokenSource(
        Connection(
            authority=scene.peer.origin,
            base_url=f"{scene.peer.origin}/v1.0",
            client_id=object_id(),
            identity=CertificateFile(path=scene.folder / "gone.pem"),
        )
    )
    with suppress(RolloutError):
        await tokens.token()
    tokens.close()


async def calls(scene: Scene, answer: Answer, times: int = 1) -> None:
    """Call Graph, which answers each time like this."""
    scene.peer.answers(*[answer] * times)
    for _ in range(times):
        with suppress(RolloutError):
            await scene.graph.get("/groups/1", PURPOSE)


async def denied(scene: Scene) -> None:
    """Call what Graph denies."""
    await calls(scene, Answer(status=403), times=4)


async def graph_fails(scene: Scene) -> None:
    """Call a Graph that fails."""
    await calls(scene, Answer(status=500))


async def throttled(scene: Scene) -> None:
    """Call a Graph that asks for a pause."""
    await calls(scene, Answer(status=429, headers={"Retry-After": "60"}))
