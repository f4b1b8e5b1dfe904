"""The copyright file, in the form that machines read: our licence, and the notices of everything that the bundle brings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from desktop.share import HOMEPAGE

from debian.control import MAINTAINER

NOTICES = Path("_internal/resources/notices.json")
"""In the bundle."""
COMMON = ("Apache-2.0", "GPL-2", "GPL-3", "LGPL-2", "LGPL-2.1", "LGPL-3", "MPL-2.0")
"""Every Debian has the texts of these; policy wants them to be named, not copied."""
_OWN = "AI Workbench"

_HEAD = f"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: {_OWN}
Upstream-Contact: {MAINTAINER}
Source: {HOMEPAGE}
Comment:
 The program comes with all that it needs, frozen into one folder. What is
 written in Python lies in one archive there, so the parts of others cannot be
 told apart by their files: each of them has a License paragraph below, with
 its name as the comment and with the words it came with.
 .
 The libraries of Qt and of PySide6 are under the LGPL and lie as files of
 their own in /usr/lib/ai-workbench/_internal, where they can be replaced.

Files: *
Copyright: 2026 AI Workbench maintainers
License: Apache-2.0
 On Debian systems the text of the Apache License 2.0 is in
 /usr/share/common-licenses/Apache-2.0.
"""


def copyright_file(bundle: Path) -> str:
    return "\n".join([_HEAD, *_parts(bundle / NOTICES)])


def _parts(path: Path) -> Iterator[str]:
    if not path.exists():
        return
    for notice in json.loads(path.read_text(encoding="utf-8")):
        title = f"{notice['name']} {notice['version']}".strip()
        if notice["name"] == _OWN or (notice["name"].startswith("Text: ") and notice["licence"] in COMMON):
            continue
        yield f"License: {_short(notice['licence'])}\n{_indented(notice['text'])}Comment: {title}\n"


def _short(licence: str) -> str:
    """As the form writes choices and sums of licences."""
    plain = licence.replace(" OR ", " or ").replace(" AND ", " and ").replace(" WITH ", " with ")
    return plain or "other"


def _indented(text: str) -> str:
    lines = (line.rstrip() for line in text.strip().splitlines())
    return "".join(f" {line or '.'}\n" for line in lines)
