"""What the benchmarks share: rows with a reference measured in the same run, and children that are measured alone.

A script measures, prints its rows with `show`, and returns the number of rows that miss their target as exit code.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Row:
    """figure and reference are in `unit`. target: the most that figure (or, with relative, figure / reference) may be,

    or with at_least the least; an infinite one is none: the figure is told, and nothing is claimed.
    """

    name: str
    figure: float
    unit: str
    target: float
    reference: float | None = None
    relative: bool = False
    note: str = ""
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        return self.figure / self.reference if self.reference else None

    @property
    def claimed(self) -> bool:
        return math.isfinite(self.target)

    @property
    def met(self) -> bool:
        if not self.claimed:
            return True
        found = self.ratio if self.relative else self.figure
        if found is None:
            return False
        return found >= self.target if self.at_least else found <= self.target


def show(title: str, rows: Sequence[Row]) -> int:
    """Print the rows; how many miss their target."""
    print(f"\n{title}   (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")
    print(f"{'':44}{'figure':>12}{'reference':>12}{'ratio':>8}{'target':>12}  met")
    for row in rows:
        reference = f"{row.reference:.2f}" if row.reference is not None else "–"
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else "–"
        target, met = "–", "–"
        if row.claimed:
            target = f"{'≥' if row.at_least else '≤'} {row.target:g} {'×' if row.relative else row.unit}"
            met = "yes" if row.met else "NO"
        print(
            f"{row.name:44}{f'{row.figure:.2f} {row.unit}':>12}{reference:>12}{ratio:>8}{target:>12}"
            f"  {met}{'   ' + row.note if row.note else ''}"
        )
    return sum(not row.met for row in rows)


def measured_alone(module: str, *arguments: str, timeout_s: float = 600) -> dict[str, Any]:
    """Run `python -m module arguments` in a process of its own; its last line of output is JSON."""
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0–1) of the values do not exceed; 0 without values."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def memory_mb() -> float:
    """Resident memory of this process now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
