"""`package`: what people install: how large it is, how long it takes to build, and how soon its window is there.

Builds the bundle and the .tar.xz anew. The window is measured as in `startup`, rounds of the bundle and of the source tree
interleaved: both on a profile that has been used before, and with their files in the system's cache.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.harness import ROOT, Row, show
from benchmarks.startup import started

sys.path.append(str(ROOT / "packaging"))

import names
from bundle.archive import build_tar
from bundle.build import build_bundle

ROUNDS = 11
SOURCE = ["-m", "workbench"]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="workbench-package-") as folder:
        out = Path(folder)
        began = time.monotonic()
        bundle = build_bundle(ROOT, ROOT / "build" / "package", out)
        built = time.monotonic()
        archive = build_tar(bundle, out)
        packed = time.monotonic()
        sizes = [path.lstat().st_size for path in bundle.rglob("*") if not path.is_dir()]
        rows = [
            Row("compressed", archive.stat().st_size / 1e6, "MB", 90),
            Row("on the disk", sum(sizes) / 1e6, "MB", math.inf, note=f"{len(sizes)} files"),
            Row("to freeze it", built - began, "s", math.inf),
            Row("to compress it", packed - built, "s", math.inf),
            *windows(str(bundle / names.COMMAND), out / "home"),
        ]
    return show("package: the bundle (reference: the source tree)", rows)


def windows(program: str, home: Path) -> list[Row]:
    frozen: list[dict[str, float]] = []
    source: list[dict[str, float]] = []
    for _ in range(ROUNDS + 1):  # the first makes the profile, the byte code, and fills the cache
        source.append(started(SOURCE, "usable", home))
        frozen.append(started([], "usable", home, program))

    def row(name: str, mark: str, unit: str, target: float) -> Row:
        figure, reference = (median(one[mark] for one in found[1:]) for found in (frozen, source))
        return Row(name, figure, unit, target, reference, relative=True)

    return [
        row("start → painted", "painted", "ms", 1.3),
        row("start → usable", "usable", "ms", 1.3),
        row("resident when usable", "mb", "MB", math.inf),
    ]


if __name__ == "__main__":
    sys.exit(main())
