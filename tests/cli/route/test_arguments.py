from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.cli import main

PARTS = [
    "lint",
    "test",
    "trace",
    "simulate",
    "replay",
    "import",
    "export",
    "deploy",
    "versions",
    "rollback",
    "diff",
]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_help_with_an_example(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["route", part, "--help"])
    assert stop.value.code == 0
    assert f"example:\n  workbench route {part}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["lint"],
        ["deploy", "f.json"],
        ["rollback", "support", "--target", "local"],
        ["trace", "f.json", "--outcome", "m1"],
        ["trace", "f.json", "--outcome", "=429"],
        ["simulate", "f.json", "--requests", "0"],
        ["simulate", "f.json", "--requests", "many"],
        ["simulate", "f.json", "--request", "a", "--requests-file", "b"],
        ["simulate", "f.json", "--request", "a", "--population", "b"],
        ["replay", "f.json"],
        ["export", "f.json", "--dialect", "yaml"],
    ],
)
def test_wrong_usage_is_one_line_with_a_hint_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["route", *arguments])
    assert stop.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_knowing_the_words_needs_none_of_the_code_behind_them() -> None:
    code = (
        "import sys; from workbench.cli.arguments import parser; parser(); "
        "late = {'httpx', 're2', 'PySide6', 'msgspec', 'workbench.routing', 'workbench.services', 'workbench.cli.headless'}; "
        "print(sorted(late & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50
    )
    assert done.stdout == "[]\n"
