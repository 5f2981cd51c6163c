"""A Python console beside a running event loop: what is typed runs in the loop, and whatever can be awaited is."""

from __future__ import annotations

import ast
import asyncio
import code
import inspect
import signal
import sys
import threading
import traceback
import types
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from bot.errors import PairguardError

_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_AWAITED = "__awaited__"
_FILENAME = "<console>"


async def converse(names: Mapping[str, Any], banner: str) -> None:
    """Let a person type Python until the input ends or ``exit()`` is called. Ctrl-C stops what runs, not the console.

    A call need not be written with ``await``: its result is awaited where it can be.
    """
    loop = asyncio.get_running_loop()
    console = _Console(loop, names)
    ended = asyncio.Event()

    def talk() -> None:
        try:
            console.interact(banner, exitmsg="")
        finally:
            loop.call_soon_threadsafe(ended.set)

    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415 - its import gives the input line a history, where it exists
    loop.add_signal_handler(signal.SIGINT, console.interrupt)
    try:
        threading.Thread(target=talk, name="console", daemon=True).start()
        await ended.wait()
    finally:
        loop.remove_signal_handler(signal.SIGINT)


class _Left(Exception):
    """Somebody has called ``exit()``."""


class _Exit:
    def __repr__(self) -> str:
        return "Ctrl-D or exit() ends this."

    def __call__(self) -> None:
        raise _Left


class _Console(code.InteractiveConsole):
    def __init__(self, loop: asyncio.AbstractEventLoop, names: Mapping[str, Any]) -> None:
        leave = _Exit()  # Python's own closes the input and ends the whole program
        super().__init__({**names, _AWAITED: _awaited, "exit": leave, "quit": leave})
        self.compile.compiler.flags |= _FLAGS
        self._loop = loop
        self._running: asyncio.Task[None] | None = None

    def interrupt(self) -> None:
        if self._running is None:
            sys.stderr.write("\nCtrl-D or exit() ends this.\n")
        else:
            self._running.cancel()

    def runsource(self, source: str, filename: str = _FILENAME, symbol: str = "single") -> bool:
        try:
            if self.compile(source, filename, symbol) is None:
                return True
            tree = compile(source, filename, "single", _FLAGS | ast.PyCF_ONLY_AST)
        except (OverflowError, SyntaxError, ValueError):
            self.showsyntaxerror(filename)
            return False
        self.runcode(compile(_with_awaited_results(tree), filename, "single", _FLAGS))
        return False

    def runcode(self, code: types.CodeType) -> None:
        future = asyncio.run_coroutine_threadsafe(self._watched(code), self._loop)
        if not future.result():
            raise SystemExit

    async def _watched(self, code: types.CodeType) -> bool:
        """Run a statement in the loop; False when it ends the console."""
        self._running = asyncio.ensure_future(self._run(code))
        try:
            await self._running
        except _Left:
            return False
        except asyncio.CancelledError:
            self.write("stopped\n")
        except (PairguardError, ValidationError) as error:
            self.write(f"{type(error).__name__}: {error}\n")
        except Exception as error:  # noqa: BLE001 - whatever a person's statement raises is shown to that person
            self.write("".join(traceback.format_exception(error.with_traceback(_since_typed(error)))))
        finally:
            self._running = None
        return True

    async def _run(self, code: types.CodeType) -> None:
        result = types.FunctionType(code, self.locals)()
        if inspect.isawaitable(result):
            await result


def _since_typed(error: BaseException) -> types.TracebackType | None:
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != _FILENAME:
        trace = trace.tb_next
    return trace


def _with_awaited_results(tree: ast.Interactive) -> ast.Interactive:
    for statement in tree.body:
        if isinstance(statement, ast.Expr | ast.Assign) and isinstance(statement.value, ast.Call):
            function = ast.Name(_AWAITED, ast.Load())
            statement.value = ast.Await(ast.Call(function, [statement.value], []))
    return ast.fix_missing_locations(tree)


async def _awaited(value: Any) -> Any:
    return await value if isinstance(value, Awaitable) else value
