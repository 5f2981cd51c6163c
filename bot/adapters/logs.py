"""Logging: one format on standard error and in a rotating file, with every registered secret masked."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loguru import logger

from bot.adapters.masking import masked

if TYPE_CHECKING:
    from loguru import FormatFunction, Record

_FILE_SIZE = "10 MB"
_FILES_KEPT = 10
_HUMAN = "<dim>{time:YYYY-MM-DD HH:mm:ss.SSS}</dim> <level>{level: <8}</level> {message} <dim>{name}</dim>\n"
_HUMAN_WITH_TRACEBACK = _HUMAN + "{extra[traceback]}"


def set_up_logging(data_dir: Path, level: str, *, json: bool) -> None:
    """Log to standard error and to ``data_dir/logs/pairguard.log`` from this level on, as text or as JSON lines.

    The standard library's logging and warnings go the same way. Registered secrets are masked in messages,
    bound values and exceptions before any sink sees them; local variables are never printed. May be called again.
    """
    line: FormatFunction = _json_line if json else _human_line
    folder = data_dir / "logs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    logger.remove()
    logger.configure(patcher=_without_secrets)
    logger.add(sys.stderr, level=level, format=line, diagnose=False, backtrace=False)
    logger.add(
        folder / "pairguard.log",
        level=level,
        format=line,
        diagnose=False,
        backtrace=False,
        encoding="utf-8",
        errors="backslashreplace",
        rotation=_FILE_SIZE,
        retention=_FILES_KEPT,
        opener=_private_file,
    )
    logging.basicConfig(handlers=[_IntoLoguru()], level=logger.level(level).no, force=True)
    logging.captureWarnings(capture=True)


class _IntoLoguru(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        def origin(target: Record) -> None:
            target["name"] = record.name

        logger.patch(origin).opt(exception=record.exc_info).log(_level(record), "{}", record.getMessage())


def _level(record: logging.LogRecord) -> str | int:
    try:
        return logger.level(record.levelname).name
    except ValueError:
        return record.levelno


def _without_secrets(record: Record) -> None:
    record["message"] = masked(record["message"])
    record["extra"] = {name: _masked_value(value) for name, value in record["extra"].items()}
    error = record["exception"]
    if error is None:
        return
    # The exception becomes masked text, so that no sink can format the original.
    record["extra"]["traceback"] = masked("".join(traceback.format_exception(error.type, error.value, error.traceback)))
    record["exception"] = None


def _masked_value(value: Any) -> Any:
    return value if isinstance(value, int | float | None) else masked(str(value))


def _human_line(record: Record) -> str:
    return _HUMAN_WITH_TRACEBACK if "traceback" in record["extra"] else _HUMAN


def _json_line(record: Record) -> str:
    fields = {
        "time": record["time"].isoformat(timespec="milliseconds"),
        "level": record["level"].name,
        "logger": record["name"],
        "message": record["message"],
        **{name: value for name, value in record["extra"].items() if name != "json"},
    }
    record["extra"]["json"] = dumps(fields, ensure_ascii=False)
    return "{extra[json]}\n"


def _private_file(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
