"""Logs: one JSON object a line on stderr, without secrets, questions, document text or query strings.

The message of an exception may hold any of these, so that of a failure which nobody foresaw is written only at the
level debug; its class and the lines of code that it went through always are.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
ACCESS = logging.getLogger("wenqu.access")
FIELDS = ("method", "route", "status", "duration_ms", "key_id")
LEVELS = ("debug", "info", "warning", "error")
# Their messages are about files and libraries.
_TELLING = (OSError, sqlite3.Error, ImportError)
_ROOT = Path(__file__).parent.parent


class JsonFormatter(logging.Formatter):
    """time (ISO 8601, UTC), level, logger, message, and where they are known request_id, FIELDS and exception."""

    def __init__(self, *, with_exception_messages: bool = False) -> None:
        super().__init__()
        self._with_exception_messages = with_exception_messages

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        request_id = getattr(record, "request_id", "") or REQUEST_ID.get()
        if request_id:
            line["request_id"] = request_id
        line.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = self._exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)

    def _exception(self, error: BaseException) -> dict[str, Any]:
        described: dict[str, Any] = {"class": f"{type(error).__module__}.{type(error).__qualname__}"}
        if self._with_exception_messages or isinstance(error, _TELLING):
            described["message"] = str(error)
        described["lines"] = _lines(error.__traceback__)
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is not None:
            described["cause"] = self._exception(cause)
        return described


def configure_logging(level: str, stream: TextIO | None = None) -> None:
    """Send what is at least as grave as `level` (one of LEVELS) to `stream`, which is stderr if not given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(with_exception_messages=level == "debug"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Other libraries tell at the level debug what they send and read.
    root.setLevel(logging.WARNING if level in ("debug", "info") else level.upper())
    for name in ("api", "eval", "index", "qa", "wenqu"):
        logging.getLogger(name).setLevel(level.upper())


def _lines(traceback: TracebackType | None) -> list[str]:
    lines: list[str] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        path = Path(code.co_filename)
        name = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path(*path.parts[-3:])
        lines.append(f"{name}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return lines
