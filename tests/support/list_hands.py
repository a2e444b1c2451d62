"""Somebody who edits the tracking list by hand, as far as SharePoint lets them."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from demo.layout import Layout
from simulated_tenant import population


@dataclass(frozen=True, kw_only=True)
class ListHands:
    """Adds, changes and deletes rows of the demo's list, over Graph."""

    graph: httpx.AsyncClient

    async def rows(self) -> list[dict[str, Any]]:
        """Return all rows, each with its id."""
        answer = await self.graph.get("/items", params={"$expand": "fields", "$top": "5000"})
        answer.raise_for_status()
        return [row["fields"] for row in answer.json()["value"]]

    async def add(self, **fields: Any) -> str:
        """Add a row, and return its id."""
        answer = await self.graph.post("/items", json={"fields": fields})
        answer.raise_for_status()
        return str(answer.json()["id"])

    async def change(self, item_id: str, **fields: Any) -> None:
        """Change columns of a row; None empties one."""
        answer = await self.graph.patch(f"/items/{item_id}/fields", json=fields)
        answer.raise_for_status()

    async def delete(self, item_id: str) -> None:
        """Delete a row."""
        (await self.graph.delete(f"/items/{item_id}")).raise_for_status()

    async def row(self, item_id: str) -> dict[str, Any]:
        """Return one row."""
        answer = await self.graph.get(f"/items/{item_id}", params={"$expand": "fields"})
        answer.raise_for_status()
        return answer.json()["fields"]  # type: ignore[no-any-return]


@asynccontextmanager
async def hands_on_the_list(layout: Layout) -> AsyncIterator[ListHands]:
    """Sign in as the app that may do everything to the site."""
    microsoft = f"https://localhost:{layout.tenant_https_port}"
    tls = ssl.create_default_context(cafile=str(layout.folder / "tenant" / "ca.pem"))
    async with httpx.AsyncClient(verify=tls, trust_env=False, timeout=600) as http:
        answer = await http.post(
            f"{microsoft}/{population.TENANT_ID}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": population.PROVISION_CLIENT_ID,
                "client_secret": population.PROVISION_SECRET,
                "scope": "https://graph.microsoft.com/.default",
            },
        )
        token = answer.raise_for_status().json()["access_token"]
    base_url = f"{microsoft}/v1.0/sites/{population.SITE_ID}/lists/{population.LIST_ID}"
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=base_url, verify=tls, headers=headers, trust_env=False, timeout=600
    ) as graph:
        yield ListHands(graph=graph)
