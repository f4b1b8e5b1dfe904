"""DEBIAN/control: what has to be installed beside the package, and what is well to have."""

from __future__ import annotations

import re
from pathlib import Path

import names
from bundle.libraries import from_the_system, oldest_glibc
from desktop.share import HOMEPAGE
from dev import SYSTEM_LIBRARIES

MAINTAINER = "AI Workbench maintainers <ai-workbench@users.noreply.github.com>"

OPENED_BY_NAME = ("libgl1", "libegl1", "xkb-data", "fontconfig-config")
"""What no file of the bundle is linked to and Qt wants all the same, when the window opens."""
_OF_LIBC = re.compile(r"(?:lib(?:c|m|dl|pthread|rt|util|resolv)|ld-linux[\w-]*)\.so\.\d+")
_PACKAGES = {
    **SYSTEM_LIBRARIES,
    "libstdc++.so.6": "libstdc++6",
    "libgcc_s.so.1": "libgcc-s1",
    "libxcb.so.1": "libxcb1",
}
RECOMMENDS = (
    "gnome-keyring | kwalletd6 | libkf5wallet-bin | keepassxc",
    "ca-certificates",
    "xdg-utils",
    "shared-mime-info",
    "desktop-file-utils",
)
"""A keychain for the tokens, without which they are kept for as long as the program runs; and what opens files by their type."""
SUGGESTS = ("espeak-ng", "flite", "fonts-noto-color-emoji")
"""With the first two the sandbox speaks aloud."""


class UnknownLibrary(Exception):
    """The bundle needs a library of the system and nobody has written down which package that is in."""


def control(bundle: Path, kilobytes: int) -> str:
    fields = {
        "Package": names.NAME,
        "Version": names.version(),
        "Architecture": names.deb_architecture(),
        "Maintainer": MAINTAINER,
        "Installed-Size": str(kilobytes),
        "Depends": ", ".join(depends(bundle)),
        "Recommends": ", ".join(RECOMMENDS),
        "Suggests": ", ".join(SUGGESTS),
        "Section": "devel",
        "Priority": "optional",
        "Homepage": HOMEPAGE,
        "Description": _DESCRIPTION,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def depends(bundle: Path) -> list[str]:
    """libc6 of the age that is needed, then the packages of what the bundle is linked to and does not bring."""
    linked = {name for name in from_the_system(bundle) if not _OF_LIBC.fullmatch(name)}
    if unknown := linked - _PACKAGES.keys():
        raise UnknownLibrary(
            f"No package is written down for {', '.join(sorted(unknown))}: see debian/control.py."
        )
    oldest = oldest_glibc(bundle)
    libc = f"libc6 (>= {oldest})" if oldest else "libc6"
    return [libc, *sorted({*OPENED_BY_NAME, *(_PACKAGES[name] for name in linked)})]


_DESCRIPTION = """\
workbench for AI models and for routes between them
 A desktop program for Cloudflare's Workers AI and AI Gateway: ask models, see
 what they cost and how fast they are, and look at every byte that was sent and
 that came back. It has pages for chat, images, speech and embeddings, and a
 canvas on which routes between models are drawn, tested and deployed.
 .
 It carries a gateway of its own that speaks both wire formats, so everything
 can be tried with no account and no network. The same window works with a
 Cloudflare account and with Ollama, LM Studio, llama.cpp or vLLM."""
