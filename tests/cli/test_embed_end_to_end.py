"""`workbench embed` as a user types it, on a profile of its own, with the real gateway."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

M3 = "@cf/baai/bge-m3"


@pytest.fixture
def home(home: Path) -> Path:
    """With texts in a file."""
    rows = [f"{number}\tSentence {number} about שועלים and foxes" for number in range(12)]
    (home / "texts.tsv").write_text("\n".join(["id\ttext", *rows, "x\t"]), encoding="utf-8")
    return home


def embedded(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workbench", "embed", str(home / "texts.tsv"), "-m", M3, *arguments],
        env={**os.environ, "WORKBENCH_HOME": str(home), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=50,
        check=False,
    )


def test_a_file_of_texts_becomes_vectors_and_the_second_time_costs_nothing(home: Path) -> None:
    done = embedded(home, "-o", str(home / "v.npy"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["rows"], told["vectors"], told["dimensions"], told["sandbox"]) == (12, 12, 1024, True)
    vectors = np.load(home / "v.npy")
    assert vectors.shape == (13, 1024)
    assert np.isnan(vectors[12]).all()
    again = embedded(home, "-o", str(home / "v.ndjson"))
    assert (again.returncode, again.stdout) == (0, f"{home / 'v.ndjson'}\n")
    assert "12 known; nothing to ask for" in again.stderr
    lines = list(map(json.loads, (home / "v.ndjson").read_text("utf-8").splitlines()))
    assert len(lines) == 12
    assert np.array_equal(np.array(lines[7]["values"], np.float32), vectors[7])
