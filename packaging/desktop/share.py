"""Writes what belongs under /usr beside the bundle: desktop entry, metainfo, MIME type, icons, man page, completions, user service."""

from __future__ import annotations

import datetime
import gzip
import re
from pathlib import Path

import names

from desktop.commands import command_line
from desktop.completion import bash, fish, zsh
from desktop.man import man_page

HOMEPAGE = "https://ai-workbench.github.io/"
"""What APP_ID says backwards. Its screenshots/ is resources/screenshots of the repository."""
SERVICE = "ai-workbench-gateway.service"
PRESET = "ai-workbench.preset"
"""Keeps the service off where a system turns on whatever is installed."""
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
HERE = Path(__file__).resolve().parent


def write_share(root: Path, usr: Path, *, service: bool = True) -> list[Path]:
    """All of it, into usr (a prefix such as …/usr); returns the files, in order.

    service: with the systemd user unit and the desktop entry's action that starts it, which only make sense where the program is
    installed as /usr/bin/workbench.
    """
    written = [
        _put(usr / "share/applications" / f"{names.APP_ID}.desktop", desktop_entry(service=service)),
        _put(usr / "share/metainfo" / f"{names.APP_ID}.metainfo.xml", metainfo()),
        _put(usr / "share/mime/packages" / f"{names.APP_ID}.xml", _file(f"{names.APP_ID}.xml")),
        *_icons(root, usr / "share/icons/hicolor"),
        *_for_shells(root, usr / "share"),
    ]
    if service:
        written.append(_put(usr / "lib/systemd/user" / SERVICE, _file(SERVICE)))
        written.append(_put(usr / "lib/systemd/user-preset" / f"50-{PRESET}", _file(PRESET)))
    return sorted(written)


def desktop_entry(*, service: bool = True) -> str:
    text = _file(f"{names.APP_ID}.desktop")
    if service:
        return text
    sections = text.replace("start-gateway;", "").split("\n\n")
    return "\n\n".join(part.rstrip() for part in sections if SERVICE not in part) + "\n"


def metainfo() -> str:
    values = {"HOMEPAGE": HOMEPAGE, "VERSION": names.version(), "DATE": day().isoformat()}
    return re.sub("@([A-Z]+)@", lambda found: values[found[1]], _file(f"{names.APP_ID}.metainfo.xml"))


def day() -> datetime.date:
    """Of what is being packaged; the same source makes the same package."""
    return datetime.datetime.fromtimestamp(names.source_date(), datetime.UTC).date()


def gzipped(text: str) -> bytes:
    """At its smallest, without a name and a time in it."""
    return gzip.compress(text.encode(), 9, mtime=0)


def _icons(root: Path, theme: Path) -> list[Path]:
    drawn = [
        _put(
            theme / f"{size}x{size}/apps" / f"{names.APP_ID}.png",
            (HERE / "icons" / f"{size}.png").read_bytes(),
        )
        for size in SIZES
    ]
    scalable = (root / "resources/icons/app.svg").read_bytes()
    return [*drawn, _put(theme / "scalable/apps" / f"{names.APP_ID}.svg", scalable)]


def _for_shells(root: Path, share: Path) -> list[Path]:
    program = command_line(root)
    name = names.COMMAND
    return [
        _put(share / f"man/man1/{name}.1.gz", gzipped(man_page(program, names.version(), day()))),
        _put(share / f"bash-completion/completions/{name}", bash(program)),
        _put(share / f"zsh/vendor-completions/_{name}", zsh(program)),
        _put(share / f"fish/vendor_completions.d/{name}.fish", fish(program)),
    ]


def _file(name: str) -> str:
    return (HERE / "files" / name).read_text(encoding="utf-8")


def _put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
