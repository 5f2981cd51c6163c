"""A request's arrival time does not depend on what happens after its arrival."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import test_utils, web

from bot.practice.sites.arrivals import came_ms, monotonic_ms, note_arrival


async def _answer(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response(came_ms())


async def test_a_request_came_before_its_body_was_read_and_each_on_a_connection_at_its_own_time() -> None:
    app = web.Application(middlewares=[note_arrival])
    app.router.add_post("/", _answer)
    sent_ms: list[float] = []

    async def body() -> AsyncIterator[bytes]:
        yield b"the first half, "
        await asyncio.sleep(0.05)
        sent_ms.append(monotonic_ms())
        yield b"and the second"

    async with test_utils.TestClient(test_utils.TestServer(app)) as client:
        came = [await (await client.post("/", data=body())).json() for _ in range(2)]
    assert came[0] < sent_ms[0] < came[1] < sent_ms[1]
