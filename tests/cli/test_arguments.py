"""What can be typed, and what is said when it is wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.cli import main
from workbench.cli.arguments import parser


@pytest.mark.parametrize("command", [[], ["chat"], ["gateway"], ["doctor"], ["self-test"]])
def test_help_has_an_example_everywhere(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([*command, "--help"])
    assert stop.value.code == 0
    assert f"example:\n  {' '.join(['workbench', *command])}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["dance"],
        ["chat", "hello"],
        ["chat", "-m", "model"],
        ["chat", "-m", "model", "hello", "--target", "a", "--base-url", "http://b/v1"],
        ["chat", "-m", "model", "hello", "--api-key-env", "KEY"],
        ["chat", "-m", "model", "hello", "--speed", "11"],
        ["gateway", "--port", "many"],
        ["gateway", "--port", "70000"],
        ["gateway", "extra"],
        ["doctor", "--targe", "local"],
        ["self-test", "--yaml"],
    ],
)
def test_wrong_usage_is_one_line_with_a_hint_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    said = capsys.readouterr()
    assert stop.value.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "Hint: workbench" in said.err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("workbench 0.")


def test_the_gateway_listens_on_8787_of_this_machine_unless_told() -> None:
    options = parser().parse_args(["gateway"])
    assert (options.host, options.port, options.token_file, options.leased) == (
        "127.0.0.1",
        8787,
        None,
        False,
    )


def test_the_way_to_the_window_does_not_pass_the_argument_parser() -> None:
    code = "import sys, workbench.cli; print(sorted({'argparse', 'asyncio', 'json'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
