"""A plain client of the control API, and events to bet on."""

from __future__ import annotations

import json
from typing import Any

import aiohttp


class Control:
    """Call the control API; the verbs expect success, `refused` expects a refusal."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def get(self, path: str) -> Any:
        return await self._call("GET", path, {})

    async def post(self, path: str, **body: Any) -> Any:
        return await self._call("POST", path, body)

    async def patch(self, path: str, **body: Any) -> Any:
        return await self._call("PATCH", path, body)

    async def delete(self, path: str) -> Any:
        return await self._call("DELETE", path, {})

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Return the status of a refusal and the field that it names."""
        return await self.refused_text(method, path, json.dumps(body))

    async def refused_text(self, method: str, path: str, text: str) -> tuple[int, str]:
        """Return the same for a body that may not be JSON."""
        async with self._http.request(method, path, data=text) as response:
            content = await response.json()
            assert response.status >= 400, f"{method} {path} was accepted: {content}"
            assert content["error"], "a refusal must give its reason"
            return response.status, content["field"]

    async def _call(self, method: str, path: str, body: dict[str, Any]) -> Any:
        async with self._http.request(method, path, json=body or None) as response:
            content = await response.json()
            assert response.status == 200, f"{method} {path}: {response.status} {content}"
            return content


def football_event(event_id: str = "m1", **extra: Any) -> dict[str, Any]:
    """Describe a match with all three kinds of market, in the format of the control API."""
    return {
        "id": event_id,
        "home": "Northgate United",
        "away": "Port Alder",
        "league": "Coastal Premier",
        "starts_at": "2030-05-01T18:00:00+00:00",
        "markets": [
            {
                "kind": "1x2",
                "selections": [
                    {"outcome": "home", "odds": "1.95"},
                    {"outcome": "draw", "odds": "3.40"},
                    {"outcome": "away", "odds": "4.10"},
                ],
            },
            {
                "kind": "total_goals",
                "line": "2.5",
                "selections": [{"outcome": "over", "odds": "1.88"}, {"outcome": "under", "odds": "1.98"}],
            },
            {
                "kind": "asian_handicap",
                "line": "-0.25",
                "selections": [{"outcome": "home", "odds": "1.91"}, {"outcome": "away", "odds": "1.99"}],
            },
        ],
    } | extra
