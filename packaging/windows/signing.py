"""Signs programs for Windows: with signtool there, with osslsigncode elsewhere. `python signing.py FILE …` does it to files.

What it takes comes from the environment only, and none of it is printed:
  WINDOWS_SIGNING_THUMBPRINT    signtool: of a certificate in the user's store
  WINDOWS_SIGNING_CERTIFICATE   osslsigncode: the path of a PKCS#12 file (.pfx, .p12)
  WINDOWS_SIGNING_PASSWORD      osslsigncode: what opens that file
  WINDOWS_SIGNING_TIMESTAMP     either: the address that vouches for the time; may be empty
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

TIMESTAMP = "http://timestamp.digicert.com"
"""Plain HTTP, as the protocol has it: the answer itself is signed."""
NOT_SIGNED = "NOT SIGNED: neither WINDOWS_SIGNING_THUMBPRINT nor WINDOWS_SIGNING_CERTIFICATE is set. Windows will warn of an unknown publisher."


class CannotSign(Exception):
    """A certificate was named, and what it takes to use it is not here; the message says what."""


def can_sign(environ: Mapping[str, str] = os.environ) -> bool:
    return bool(environ.get("WINDOWS_SIGNING_THUMBPRINT") or environ.get("WINDOWS_SIGNING_CERTIFICATE"))


def sign(files: Sequence[Path], say: Callable[[str], None], environ: Mapping[str, str] = os.environ) -> bool:
    """Sign them in place; False, and a word why, where no certificate is named. Raises CannotSign, or CalledProcessError."""
    if not can_sign(environ):
        say(NOT_SIGNED)
        return False
    with tempfile.TemporaryDirectory(prefix="signing-") as folder:
        for file in files:
            if thumbprint := environ.get("WINDOWS_SIGNING_THUMBPRINT"):
                _with_signtool(file, thumbprint, environ)
            else:
                _with_osslsigncode(file, Path(folder), environ)
    say(f"signed {', '.join(file.name for file in files)}")
    return True


def _with_signtool(file: Path, thumbprint: str, environ: Mapping[str, str]) -> None:
    stamp = environ.get("WINDOWS_SIGNING_TIMESTAMP", TIMESTAMP)
    when = ["/tr", stamp, "/td", "sha256"] if stamp else []
    command = [_program("signtool"), "sign", "/q", "/fd", "sha256", "/sha1", thumbprint, *when, str(file)]
    subprocess.run(command, check=True)


def _with_osslsigncode(file: Path, folder: Path, environ: Mapping[str, str]) -> None:
    """The password goes through a file: what stands in a command line, every user of the machine may read."""
    if "WINDOWS_SIGNING_PASSWORD" not in environ:
        raise CannotSign("WINDOWS_SIGNING_CERTIFICATE is set, and WINDOWS_SIGNING_PASSWORD is not.")
    password = folder / "password"
    password.touch(mode=0o600)
    password.write_text(environ["WINDOWS_SIGNING_PASSWORD"], encoding="utf-8")
    stamp = environ.get("WINDOWS_SIGNING_TIMESTAMP", TIMESTAMP)
    when = ["-ts", stamp] if stamp else []
    certificate = ["-pkcs12", environ["WINDOWS_SIGNING_CERTIFICATE"], "-readpass", str(password)]
    signed = folder / file.name
    command = [_program("osslsigncode"), "sign", *certificate, "-h", "sha256", *when]
    subprocess.run([*command, "-in", str(file), "-out", str(signed)], check=True, stdout=subprocess.DEVNULL)
    shutil.copyfile(signed, file)
    signed.unlink()


def _program(name: str) -> str:
    found = shutil.which(name) or next(iter(_in_windows_kits(name)), "")
    if not found:
        raise CannotSign(f"A certificate is named, and there is no {name} here to sign with.")
    return found


def _in_windows_kits(name: str) -> list[str]:
    """The newest first: Visual Studio installs them and puts them on no PATH."""
    kits = Path(os.environ.get("PROGRAMFILES(X86)", ""), "Windows Kits", "10", "bin")
    return sorted(map(str, kits.glob(f"10.*/x64/{name}.exe")), reverse=True)


def main(arguments: Sequence[str]) -> int:
    try:
        sign([Path(argument) for argument in arguments], print)
    except CannotSign as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"{Path(error.cmd[0]).name} failed with {error.returncode}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
