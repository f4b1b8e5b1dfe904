"""The .tar.xz in a bare system: it says what is missing there, runs once that is installed, and notices when it is not whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import names

from debian.roots import Root
from debian.somebody import HOME, Somebody
from debian.steps import Steps, check, equal

FOLDER = f"{HOME}/{names.NAME}-{names.version()}"
PROGRAM = f"{FOLDER}/{names.COMMAND}"
INNER = f"{FOLDER}/_internal"
HALVES = (
    "PySide6/Qt/lib/libQt6Widgets.so.6",
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/QtCore.abi3.so",
    "resources/models.json",
    "resources/icons",
    "resources",
    "libpython3*",
    "*",
)
"""What does not arrive where something is copied in half."""


def try_archive(root: Root, archive: Path, person: Somebody, steps: Steps) -> None:
    shutil.copyfile(archive, person.home / archive.name)
    with steps.step("tar unpacks it"):
        root.install("xz-utils")
        person.run("tar", "--extract", "--file", f"{HOME}/{archive.name}")
    with steps.step("in a system without a desktop it says what to install"):
        code, said = person.tried(PROGRAM)
        equal(str(code), "1")
        check("Traceback" not in said and "apt-get install" in said, said[-800:])
    with steps.step("what it says is enough"):
        _, _, line = said.partition("sudo apt-get install ")
        root.install(*line.rstrip(".").split())
        with person.window(PROGRAM):
            person.see("unpacked")
            check("fonts" not in person.complaints(), person.complaints())
    with steps.step("its self-test passes"):
        report = json.loads(person.run(PROGRAM, "self-test", "--json"))
        check(report["ok"], str(report["failed"]))
    for half in HALVES:
        with steps.step(f"without {half} it says in a line or two that it is not whole"):
            _try_half(root, person, half)
    with steps.step("deleting its folder leaves nothing outside of the user's own"):
        root.run("rm", "--recursive", FOLDER)
        equal(person.owned_elsewhere(), "")


def _try_half(root: Root, person: Somebody, half: str) -> None:
    """Take it away, start the program, put it back."""
    aside = f"{FOLDER}/aside"
    root.run("sh", "-c", f'mkdir "{aside}" && mv "{INNER}/"{half} "{aside}"')
    try:
        code, said = person.tried(PROGRAM, wait_s=60)
    finally:
        target = f"{INNER}/{half}".rpartition("/")[0]
        root.run("sh", "-c", f'mv "{aside}"/* "{target}" && rmdir "{aside}"')
    check(code, "it starts as if nothing were missing")
    check("Traceback" not in said and len(said.splitlines()) <= 2, said[-1500:])
    name = half.strip("*").rpartition("/")[2]
    check(name in said or "not complete" in said, said)
