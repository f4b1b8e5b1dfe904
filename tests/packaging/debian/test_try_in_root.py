"""packaging/debian/try_in_root.py: the parts that need no bare system."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import names
import pytest
from debian.build import build_deb
from debian.roots import Failed
from debian.try_in_root import OLDER, equal, older, until

ROOT = Path(__file__).parents[3]


def test_without_its_tools_it_says_what_it_needs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "packaging/debian/try_in_root.py", "x.deb"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "debootstrap" in done.stderr


def test_what_never_becomes_true_is_a_failure_that_says_what_was_waited_for() -> None:
    with pytest.raises(Failed, match="no window came"):
        until(lambda: False, "no window came", wait_s=0)
    with pytest.raises(Failed, match="a instead of b"):
        equal("a", "b")


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="there is no dpkg-deb here")
def test_the_older_package_is_the_same_but_for_its_version(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / names.COMMAND).write_text("#!/bin/sh\n", encoding="utf-8")
    package = build_deb(ROOT, bundle, tmp_path / "dist")
    made = older(package, tmp_path)

    def told(of: Path, what: str) -> str:
        done = subprocess.run(["dpkg-deb", what, of], capture_output=True, text=True, check=True)
        return done.stdout

    def files(of: Path) -> list[str]:
        return [
            re.sub(r" \d{4}-\d\d-\d\d \d\d:\d\d ", " ", line) for line in told(of, "--contents").splitlines()
        ]

    assert f"Version: {OLDER}\n" in told(made, "--field")
    assert files(made) == files(package)
