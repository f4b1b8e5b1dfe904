"""Versions of programs, in the order in which they come out, and what is told of the newest."""

from __future__ import annotations

import re
from dataclasses import dataclass

_VERSION = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?P<pre_number>\d+)?)?"
    r"(?:-(?P<post_alone>\d+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_number>\d+)?)?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>\d+)?)?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
    re.IGNORECASE | re.ASCII,
)
_LONGEST = 60
_PRE = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}

Order = tuple[int, tuple[int, ...], tuple[str, int], int, tuple[int, int], tuple[tuple[int, str], ...]]


@dataclass(frozen=True, slots=True)
class Release:
    """url: its page, https, "" where there is none. notes: what is new, a few words."""

    version: str
    url: str = ""
    notes: str = ""


def order_of(version: str) -> Order | None:
    """By which versions are compared, as Python's packages are (PEP 440): 1.0.dev1, 1.0a1, 1.0rc1, 1.0, 1.0.post1, 1.1.

    None for what is no version.
    """
    found = _VERSION.fullmatch(version.strip()) if len(version) <= _LONGEST else None
    if found is None:
        return None
    release = [int(part) for part in found["release"].split(".")]
    while len(release) > 1 and release[-1] == 0:
        release.pop()
    posted = found["post"] or found["post_alone"]
    post = int(found["post_alone"] or found["post_number"] or 0) if posted else -1
    if found["pre"]:
        kind = found["pre"].lower()
        pre = (_PRE.get(kind, kind), int(found["pre_number"] or 0))
    else:  # a dev release of the release itself is before its alphas
        pre = ("", 0) if found["dev"] and not posted else ("z", 0)
    dev = (0, int(found["dev_number"] or 0)) if found["dev"] else (1, 0)
    return int(found["epoch"] or 0), tuple(release), pre, post, dev, _local(found["local"] or "")


def is_preview(version: str) -> bool:
    """Made to be tried out: an alpha, a beta, a candidate, a version under development."""
    found = _VERSION.fullmatch(version.strip()) if len(version) <= _LONGEST else None
    return found is not None and bool(found["pre"] or found["dev"])


def is_newer(version: str, than: str) -> bool:
    """Never true of what is no version."""
    one, other = order_of(version), order_of(than)
    return one is not None and other is not None and one > other


def _local(text: str) -> tuple[tuple[int, str], ...]:
    """Numbers come after words."""
    parts = re.split(r"[-_.]", text.lower()) if text else []
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)
