"""packaging/debian/try_in_root.py and what it is made of: the parts that need no bare system."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import names
import pytest
from bundle.build import INSIDE
from debian.build import build_deb
from debian.package_trial import OLDER, older
from debian.roots import Failed
from debian.steps import Steps, equal, until
from debian.try_in_root import parser

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


def test_after_a_failed_step_the_next_one_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []
    steps = Steps(seen.append)
    with steps.step("it opens"):
        equal("a", "b")
    with steps.step("it closes"):
        equal("a", "a")
    assert steps.failures == seen == ["it opens"]
    said = capsys.readouterr().out
    assert "FAILED  it opens: a instead of b" in said
    assert "well    it closes" in said


def test_packages_of_both_kinds_are_taken_and_one_to_upgrade_from() -> None:
    options = parser().parse_args(["a.deb", "a.tar.xz", "--older", "b.deb", "--suite", "trixie"])
    assert options.packages == [Path("a.deb"), Path("a.tar.xz")]
    assert (options.older, options.suite) == (Path("b.deb"), ["trixie"])


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="there is no dpkg-deb here")
def test_the_older_package_is_the_same_but_for_its_version(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / names.COMMAND).write_text("#!/bin/sh\n", encoding="utf-8")
    resources = bundle / INSIDE / "resources"
    resources.mkdir(parents=True)
    (resources / "build.json").write_text('{"version": "9.9.9", "commit": "abc"}', encoding="utf-8")
    package = build_deb(ROOT, bundle, tmp_path / "dist")
    made = older(package, tmp_path)

    def told(of: Path, what: str) -> str:
        done = subprocess.run(["dpkg-deb", what, of], capture_output=True, text=True, check=True)
        return done.stdout

    def files(of: Path) -> list[str]:
        """Without their times, and the size of the one that tells the version."""
        lines = [
            re.sub(r" \d{4}-\d\d-\d\d \d\d:\d\d ", " ", line) for line in told(of, "--contents").splitlines()
        ]
        return [re.sub(r" +\d+ (.*build\.json)", r" \1", line) for line in lines]

    tree = tmp_path / "unpacked"
    subprocess.run(["dpkg-deb", "--extract", made, tree], check=True)
    (facts,) = tree.rglob("build.json")
    assert json.loads(facts.read_text(encoding="utf-8")) == {"version": OLDER, "commit": "abc"}
    assert f"Version: {OLDER}\n" in told(made, "--field")
    assert files(made) == files(package)
