"""The log: one JSON object a line, in a rotating file, with every secret masked on the way in."""

from __future__ import annotations

import json
import logging
import logging.handlers
import re
import time
from pathlib import Path
from urllib.parse import quote, quote_plus

from workbench.domain.errors import StorageFailed
from workbench.domain.secret import MASK, Secret

MAX_BYTES = 2_000_000
KEPT_FILES = 3

_SHORTEST = 6
_PATTERNS = (
    re.compile(r"(?i)\b(bearer|basic|token|key)(\s+)[A-Za-z0-9._~+/=-]{12,}"),
    re.compile(
        r"(?i)((?:api[_-]?key|api[_-]?token|access[_-]?token|authorization|password|secret)"
        r"""["']?\s*[=:]\s*["']?)[^\s"'&,;}]{6,}"""
    ),
    re.compile(r"\b()(?:sk|gsk|xai|pplx|hf|cfut|cfat)[-_][A-Za-z0-9_-]{16,}"),
)
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class Masker:
    """Takes secrets out of text: those it was told of, and whatever looks like one."""

    def __init__(self) -> None:
        self._known: list[str] = []

    def add(self, secret: Secret) -> None:
        """Remember a secret, also as it is written in addresses and JSON, for as long as the program runs. Very short ones are left out, for they are also words."""
        value = secret.reveal()
        if len(value) < _SHORTEST:
            return
        for form in (
            value,
            quote(value, safe=""),
            quote_plus(value),
            json.dumps(value)[1:-1],
            repr(value)[1:-1],
        ):
            if form not in self._known:
                self._known.append(form)
        self._known.sort(key=len, reverse=True)

    def masked(self, text: str) -> str:
        for value in self._known:
            text = text.replace(value, MASK)
        text = _PATTERNS[0].sub(rf"\1\2{MASK}", text)
        for pattern in _PATTERNS[1:]:
            text = pattern.sub(rf"\1{MASK}", text)
        return text


class MaskingFilter(logging.Filter):
    """Masks message, arguments, traceback and extra fields of each record before its handler sees them."""

    def __init__(self, masker: Masker) -> None:
        super().__init__()
        self._masker = masker

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._masker.masked(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._masker.masked(record.exc_text)
        if record.stack_info:
            record.stack_info = self._masker.masked(record.stack_info)
        for name in record.__dict__.keys() - _STANDARD:
            record.__dict__[name] = self._masker.masked(str(record.__dict__[name]))
        return True


class JsonFormatter(logging.Formatter):
    """One line a record: time (UTC), level, logger, message, and whatever `extra` brought."""

    def format(self, record: logging.LogRecord) -> str:
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "time": f"{when}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: str(record.__dict__[name]) for name in sorted(record.__dict__.keys() - _STANDARD)}
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            line["traceback"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


class _LogFile(logging.handlers.RotatingFileHandler):
    """What cannot be written, for the disk is full, is not worth a traceback on the terminal for each line."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


def log_handler(path: Path, masker: Masker) -> logging.Handler:
    """A handler for the root logger; raises StorageFailed when the file cannot be made."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _LogFile(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    except OSError as error:
        raise StorageFailed(
            "The log cannot be written.",
            why=f"{path}: {error.strerror or error}.",
            fix="Make the folder writable. The program works without a log.",
        ) from error
    handler.setFormatter(JsonFormatter())
    handler.addFilter(MaskingFilter(masker))
    return handler
