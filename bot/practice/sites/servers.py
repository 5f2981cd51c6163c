"""Starting and stopping the practice sites: seven servers in one process, on one event loop."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path

from aiohttp import web

from bot.practice.sites.control import build_control
from bot.practice.sites.corner.profile import CORNER
from bot.practice.sites.corner.site import build_corner
from bot.practice.sites.frontier.profile import FRONTIER
from bot.practice.sites.frontier.site import build_frontier
from bot.practice.sites.harbour.profile import HARBOUR
from bot.practice.sites.harbour.site import build_site
from bot.practice.sites.lotus.profile import LOTUS
from bot.practice.sites.lotus.shell import build_shell
from bot.practice.sites.lotus.view import build_view
from bot.practice.sites.practice_site import PracticeSite

_SHUTDOWN_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Hold the base URL of each server, without a trailing slash."""

    harbour: str
    lotusquay: str
    senbien: str
    lotus_view: str
    control: str
    frontier: str
    corner: str


class PracticeSites:
    """Run the practice sites, each brand on a port of its own, and the control API."""

    def __init__(self, sites: dict[str, PracticeSite], addresses: Addresses, runners: list[web.AppRunner]) -> None:
        self.sites = sites
        self.addresses = addresses
        self._runners = runners

    @classmethod
    async def start(cls, data_dir: Path, host: str = "127.0.0.1", base_port: int = 0) -> PracticeSites:
        """Serve on `base_port` to `base_port + 6`, or on free ports for 0; ledgers live in `data_dir`.

        Raises OSError when a port is taken.
        """
        listeners = _listen(host, base_port)
        addresses = Addresses(*(_url(host, listener) for listener in listeners))
        sites = {profile.name: PracticeSite.open(profile, data_dir) for profile in (HARBOUR, LOTUS, FRONTIER, CORNER)}
        apps = _apps(sites, addresses)
        runners = [await _serve(app, listener) for app, listener in zip(apps, listeners, strict=True)]
        return cls(sites, addresses, runners)

    async def stop(self) -> None:
        """Stop all servers and close the ledgers; their files stay."""
        for site in self.sites.values():
            site.stop()
        for runner in self._runners:
            await runner.cleanup()
        for site in self.sites.values():
            site.ledger.close()


def _apps(sites: dict[str, PracticeSite], addresses: Addresses) -> list[web.Application]:
    harbour, lotus = sites[HARBOUR.name], sites[LOTUS.name]
    return [
        build_site(harbour),
        build_shell(lotus, "lotusquay", addresses.lotus_view),
        build_shell(lotus, "senbien", addresses.lotus_view),
        build_view(lotus),
        build_control(sites),
        build_frontier(sites[FRONTIER.name]),
        build_corner(sites[CORNER.name]),
    ]


def _listen(host: str, base_port: int) -> list[socket.socket]:
    with ExitStack() as opened:
        listeners = [
            opened.enter_context(socket.create_server((host, base_port + offset if base_port else 0)))
            for offset in range(len(fields(Addresses)))
        ]
        opened.pop_all()
        return listeners


def _url(host: str, listener: socket.socket) -> str:
    return f"http://{host}:{listener.getsockname()[1]}"


async def _serve(app: web.Application, listener: socket.socket) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_TIMEOUT_S)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    return runner
