"""Lives with a package as a new user would, in bare Debian systems: installs it, uses it, upgrades it, removes it.

    sudo python3 packaging/debian/try_in_root.py dist/ai-workbench_*.deb dist/ai-workbench-*.tar.xz

Needs root, debootstrap, Xvfb, xdotool and x11-utils; the screen and the keyboard are this machine's, all else is of the bare system.
With --pictures (and ImageMagick) the screen is kept at each step and at each tab, for somebody to look at. Exit code 1 where something
was not as it should be.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from debian.archive_trial import try_archive  # noqa: E402  found since the line above
from debian.package_trial import PackageTrial  # noqa: E402
from debian.roots import Failed, Root, bare_root, in_a_room_of_its_own, mirror, scratch  # noqa: E402
from debian.somebody import Somebody  # noqa: E402
from debian.steps import Steps  # noqa: E402

SUITES = ("bookworm", "trixie")
TOOLS = ("debootstrap", "Xvfb", "xdotool", "xwininfo", "dpkg-deb", "unshare", "chroot")


def main() -> int:
    options = parser().parse_args()
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing or os.geteuid() != 0:
        print(f"Needs root and {', '.join(missing or TOOLS)}.", file=sys.stderr)
        return 2
    in_a_room_of_its_own()
    failed = False
    for suite in options.suite or SUITES:
        for package in options.packages:
            print(f"\n{suite}, {package.name}", flush=True)
            failed |= bool(_try(package.resolve(), suite, options))
    return 1 if failed else 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("packages", type=Path, nargs="+", metavar="DEB|TAR")
    top.add_argument(
        "--older", type=Path, metavar="DEB", help="to upgrade from (default: DEB under a lower version)"
    )
    top.add_argument(
        "--suite", action="append", help=f"of Debian; may be repeated (default: {', '.join(SUITES)})"
    )
    top.add_argument("--mirror", default="", help="of Debian (default: the one this machine uses)")
    top.add_argument(
        "--keep", type=Path, default=Path("/var/tmp/bare-debian"), help="folder of the bare systems"
    )
    top.add_argument("--pictures", type=Path, help="folder for what the screen shows")
    return top


def _try(package: Path, suite: str, options: argparse.Namespace) -> list[str]:
    """The steps that failed."""
    keep = options.keep.resolve()
    bare = bare_root(suite, options.mirror or mirror(), keep)
    place = scratch(keep)
    try:
        root = Root(bare, place)
        person = Somebody(root, place, options.pictures and options.pictures / suite)
        steps = Steps(lambda name: person.see(f"failed, {name}"))
        try:
            with steps.step("the bare system is ready"):
                root.run("apt-get", "update", "-q")
                person.come()
            with steps.step("all was tried"):
                if package.suffix == ".deb":
                    PackageTrial(root, package, person, steps, place).run(options.older)
                else:
                    try_archive(root, package, person, steps)
        finally:
            person.go()
        return steps.failures
    except Failed as error:
        print(f"  FAILED  {error}", flush=True)
        return [str(error)]
    finally:
        subprocess.run(["umount", "--recursive", "--lazy", str(place / "root")], check=False)
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
