"""What the README says works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running_gateway import running_gateway

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOKEN = "a-token-for-the-readme-test"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[str]:
    """The address of a real gateway on a free port."""
    with running_gateway(tmp_path, TOKEN) as address:
        yield address


SAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("sample", SAMPLES, ids=["openai", "anthropic-and-cloudflare"])
def test_a_sample_runs_as_it_stands(gateway: str, sample: str) -> None:
    assert "http://127.0.0.1:8787" in sample
    done = subprocess.run(
        [sys.executable, "-c", sample.replace("http://127.0.0.1:8787", gateway)],
        env={**os.environ, "WORKBENCH_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "sky" in done.stdout


def test_every_folder_it_names_is_there() -> None:
    named = re.findall(r"^\| (`[^|]*`) \|", README, re.MULTILINE)
    paths = [path for cell in named for path in re.findall(r"`([^`]+)`", cell)]
    assert len(paths) > 8
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_command_it_shows_is_understood() -> None:
    from workbench.cli.arguments import parser

    shown = re.findall(r"^    workbench (.+)$", README, re.MULTILINE)
    assert len(shown) >= 4
    for line in shown:
        parser().parse_args(shlex.split(line))
