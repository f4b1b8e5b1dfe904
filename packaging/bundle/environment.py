"""The clean environment that the program is frozen from: what the package lock lists, and nothing besides."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

LOCK = "requirements-package.lock"
_STAMP = "made-from.txt"


def environment(root: Path, place: Path) -> Path:
    """Its Python. One in `place` that was made from the same lock with the same interpreter is used again."""
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = _stamp(root / LOCK)
    stamp = place / _STAMP
    if python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return python
    venv.create(place, clear=True, with_pip=True, symlinks=os.name != "nt")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    subprocess.run(
        [*pip, "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(root / LOCK)],
        cwd=root,
        check=True,
    )
    stamp.write_text(wanted, encoding="ascii")
    return python


def site_packages(python: Path) -> Path:
    """Where the distributions of that environment are."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True)
    return Path(done.stdout.strip())


def _stamp(lock: Path) -> str:
    interpreter = f"{platform.python_version()} {platform.machine()} {sys.base_prefix}"
    return hashlib.sha256(lock.read_bytes() + interpreter.encode()).hexdigest()
