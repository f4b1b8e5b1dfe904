"""CHANGELOG.md in the form of Debian's changelogs."""

from __future__ import annotations

import datetime
import email.utils
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import names
from desktop.share import day

from debian.control import MAINTAINER

_TITLE = re.compile(r"## \[?([^\]\s]+)\]?(?:\s+\W\s+(\d{4}-\d\d-\d\d))?")


def changelog(root: Path) -> str:
    """What is unreleased is of the version that is being packaged."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    return "\n".join(
        entry for section in re.split(r"^(?=## )", text, flags=re.MULTILINE) for entry in _entry(section)
    )


def _entry(section: str) -> Iterator[str]:
    title = _TITLE.match(section)
    changes = [line for item in _items(section) for line in _wrapped(item)]
    if not title or not changes:
        return
    version = names.version() if title[1] == "Unreleased" else title[1]
    date = datetime.date.fromisoformat(title[2]) if title[2] else day()
    when = datetime.datetime.combine(date, datetime.time(12), datetime.UTC)
    yield "\n".join(
        [
            f"{names.NAME} ({version}) unstable; urgency=medium",
            "",
            *changes,
            "",
            f" -- {MAINTAINER}  {email.utils.format_datetime(when)}",
            "",
        ]
    )


def _items(section: str) -> Iterator[str]:
    """Each bullet in one line, without marks of Markdown."""
    for item in re.findall(r"^- (.*(?:\n[ \t]+\S.*)*)", section, re.MULTILINE):
        yield " ".join(re.sub(r"[`*]", "", item).split())


def _wrapped(item: str) -> list[str]:
    return textwrap.wrap(item, 76, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False)
