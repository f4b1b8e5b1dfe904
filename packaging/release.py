"""What a release is held against before people see it. Standard library only; the workflow calls it.

python packaging/release.py tag v1.2.3       whether that tag names the version that is checked out
python packaging/release.py materials FOLDER whether the bills of materials in it are what CycloneDX wants
python packaging/release.py gather FOLDER    whether all packages are there and whole; writes SHA256SUMS beside them
python packaging/release.py notes            what has changed since the last one, out of CHANGELOG.md
python packaging/release.py newest PAGE      the file that tells older programs of it, for PAGE as where it is released
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import names

CHECKSUM = ".sha256"
SUMS = "SHA256SUMS"
MADE_ON = {  # system -> architectures, and the endings of what is made there
    "linux": (("x86_64",), ("tar.xz", "deb", "AppImage", "flatpak")),
    "windows": (("x86_64",), ("exe",)),
    "macos": (("aarch64", "x86_64"), ("dmg",)),
}
MATERIALS = "cdx.json"


class NotReady(Exception):
    """It may not be released as it is; the message says why."""


def expected() -> list[str]:
    """The names of all that people are given, and of the bills of materials."""
    return sorted(
        names.artifact(kind, system, machine)
        for system, (machines, kinds) in MADE_ON.items()
        for machine in machines
        for kind in (*kinds, MATERIALS)
    )


def check_tag(tag: str) -> None:
    """Raises NotReady."""
    if tag != f"v{names.version()}":
        raise NotReady(f"The tag is {tag}, and what is checked out is version {names.version()}.")


def check_materials(folder: Path) -> list[str]:
    """Hold each against the schema; returns their names. Raises NotReady. Needs what requirements-release.lock lists."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    validator = JsonStrictValidator(SchemaVersion.V1_6)
    found = sorted(folder.glob(f"*.{MATERIALS}"))
    if not found:
        raise NotReady(f"There is no bill of materials in {folder}.")
    for path in found:
        if error := validator.validate_str(path.read_text(encoding="utf-8")):
            raise NotReady(f"{path.name} is not what CycloneDX wants: {error}")
    return [path.name for path in found]


def gather(folder: Path) -> str:
    """Write SHA256SUMS of all that is there; returns it. Raises NotReady."""
    wanted = expected()
    if missing := [name for name in wanted if not (folder / name).is_file()]:
        raise NotReady(f"Not built: {', '.join(missing)}.")
    known = {*wanted, *(f"{name}{CHECKSUM}" for name in wanted), SUMS}
    if strays := sorted(path.name for path in folder.iterdir() if path.name not in known):
        raise NotReady(f"Nobody asked for {', '.join(strays)}.")
    lines = ""
    for name in wanted:
        with (folder / name).open("rb") as content:
            line = f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {name}\n"
        told = folder / f"{name}{CHECKSUM}"
        if not told.is_file() or told.read_text(encoding="utf-8") != line:
            raise NotReady(f"{name} is not what was built: its checksum is another one, or gone.")
        lines += line
    (folder / SUMS).write_text(lines, encoding="utf-8")
    return lines


def notes(changelog: str) -> str:
    """What stands under the version that is released, else under Unreleased. Raises NotReady."""
    parts = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    told = {
        title.split()[0].strip("[]"): text.strip()
        for title, _, text in (part.partition("\n") for part in parts)
    }
    if text := told.get(names.version()) or told.get("Unreleased"):
        return text + "\n"
    raise NotReady(f"CHANGELOG.md tells nothing of version {names.version()}.")


def newest(page: str) -> str:
    """What the check for updates reads (workbench.client.updates): goes to the home page once the release is public."""
    return json.dumps({"version": names.version(), "url": page}, indent=2) + "\n"


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="release.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = top.add_subparsers(required=True, dest="do")
    commands.add_parser("tag").add_argument("tag")
    commands.add_parser("materials").add_argument("folder", type=Path)
    commands.add_parser("gather").add_argument("folder", type=Path)
    commands.add_parser("notes")
    commands.add_parser("newest").add_argument("page")
    return top


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    try:
        if options.do == "tag":
            check_tag(options.tag)
        elif options.do == "materials":
            print("\n".join(check_materials(options.folder)))
        elif options.do == "gather":
            print(gather(options.folder), end="")
        elif options.do == "newest":
            print(newest(options.page), end="")
        else:
            print(notes((names.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")), end="")
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
