"""Signs the application that the spec made, packs it into a disk image, and has Apple look at both. Only a Mac can.

What it takes comes from the environment only; no password is among it, and none of it is printed:
  MACOS_SIGNING_IDENTITY   of a certificate in the keychain: "Developer ID Application: …"
  MACOS_NOTARY_KEY         the path of an App Store Connect API key (.p8), with
  MACOS_NOTARY_KEY_ID      its id, and
  MACOS_NOTARY_ISSUER      the id of who gave it
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import names

from macos.properties import APP, ENTITLEMENTS

AD_HOC = "-"
NOT_SIGNED = "NOT SIGNED: MACOS_SIGNING_IDENTITY is not set. macOS will not open the application before somebody allows it in its settings."
NOT_NOTARISED = "NOT NOTARISED: that takes MACOS_NOTARY_KEY, MACOS_NOTARY_KEY_ID and MACOS_NOTARY_ISSUER, and a signature."
NOTARY = ("MACOS_NOTARY_KEY", "MACOS_NOTARY_KEY_ID", "MACOS_NOTARY_ISSUER")
ATTEMPTS, BETWEEN_S = 3, 10
_MACH_O = {
    b"\xcf\xfa\xed\xfe",  # of one kind of processor
    b"\xca\xfe\xba\xbe",  # of several
}

Run = Callable[[Sequence[str]], object]


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True)


def sign_app(
    app: Path, say: Callable[[str], None], environ: Mapping[str, str] = os.environ, run: Run = _run
) -> None:
    """From the inside out. With no identity ad hoc: what has been written into it since it was frozen has broken the seal it had."""
    identity = environ.get("MACOS_SIGNING_IDENTITY") or AD_HOC
    if identity == AD_HOC:
        say(NOT_SIGNED)
    when = [] if identity == AD_HOC else ["--timestamp"]
    sign = ["codesign", "--force", "--options", "runtime", *when, "--sign", identity]
    programs = {app / "Contents/MacOS" / names.NAME, app / "Contents/MacOS" / names.COMMAND}
    for path in _binaries(app):
        if path not in programs:
            run([*sign, str(path)])
    for path in [*sorted(programs), app]:
        run([*sign, "--entitlements", str(ENTITLEMENTS), str(path)])
    run(["codesign", "--verify", "--deep", "--strict", str(app)])


def build_dmg(
    app: Path,
    out: Path,
    say: Callable[[str], None],
    environ: Mapping[str, str] = os.environ,
    run: Run = _run,
) -> Path:
    """The disk image of an application that sign_app has signed, written into the folder out; returns its path."""
    image = out / names.artifact("dmg")
    identity = environ.get("MACOS_SIGNING_IDENTITY") or AD_HOC
    with tempfile.TemporaryDirectory(prefix="dmg-", dir=out) as folder:
        shown = Path(folder) / "shown"
        shown.mkdir()
        run(["ditto", str(app), str(shown / APP)])
        (shown / "Applications").symlink_to("/Applications")
        pack = [
            "hdiutil",
            "create",
            "-quiet",
            "-ov",
            "-fs",
            "HFS+",
            "-format",
            "ULFO",
            "-volname",
            names.TITLE,
        ]
        _patiently([*pack, "-srcfolder", str(shown), str(image)], say, run)
    if identity != AD_HOC:
        run(["codesign", "--force", "--timestamp", "--sign", identity, str(image)])
    notarise(image, say, environ, run)
    return image


def _patiently(command: Sequence[str], say: Callable[[str], None], run: Run) -> None:
    """A disk image is "busy" while the system still looks through what has just been copied."""
    for _ in range(ATTEMPTS - 1):
        try:
            run(command)
        except subprocess.CalledProcessError:
            say(f"{command[0]} failed; once more in {BETWEEN_S} s")
            time.sleep(BETWEEN_S)
        else:
            return
    run(command)


def notarise(image: Path, say: Callable[[str], None], environ: Mapping[str, str], run: Run = _run) -> bool:
    """Have Apple look at it, and keep what it says with the image; False, and a word why, where that cannot be."""
    key, key_id, issuer = (environ.get(name, "") for name in NOTARY)
    if not (key and key_id and issuer and environ.get("MACOS_SIGNING_IDENTITY")):
        say(NOT_NOTARISED)
        return False
    credentials = ["--key", key, "--key-id", key_id, "--issuer", issuer]
    run(["xcrun", "notarytool", "submit", str(image), *credentials, "--wait"])
    run(["xcrun", "stapler", "staple", str(image)])
    run(["spctl", "--assess", "--type", "open", "--context", "context:primary-signature", str(image)])
    return True


def _binaries(app: Path) -> Iterator[Path]:
    """All in it, the deepest first; what a link points at is met where it is."""
    paths = [path for path in app.rglob("*") if path.is_file() and not path.is_symlink()]
    for path in sorted(paths, key=lambda one: (-len(one.parts), one)):
        with path.open("rb") as file:
            if file.read(4) in _MACH_O:
                yield path
