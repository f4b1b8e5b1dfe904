"""packaging/desktop/commands.py, man.py and completion.py: what the parser has, all of them have."""

from __future__ import annotations

import argparse
import datetime
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from desktop.commands import Command, command_line, read
from desktop.completion import bash, fish, zsh
from desktop.man import man_page, text

from workbench.cli.arguments import parser

ROOT = Path(__file__).parents[3]
DAY = datetime.date(2026, 11, 28)


@pytest.fixture(scope="module")
def program() -> Command:
    return command_line(ROOT)


def parsers(top: argparse.ArgumentParser, path: str = "workbench") -> dict[str, argparse.ArgumentParser]:
    """Found again here, in another way than the code does."""
    found = {path: top}
    for action in top._actions:
        if isinstance(action.choices, dict):
            for name, below in action.choices.items():
                found |= parsers(below, f"{path} {name}")
    return found


def plain(roff: str) -> str:
    """What a reader sees of it, nearly."""
    for mark, letter in (
        (r"\-", "-"),
        (r"\fB", ""),
        (r"\fI", ""),
        (r"\fR", ""),
        (r"\(aq", "'"),
        (r"\e", "\\"),
        (r"\(ti", "~"),
        (r"\(ha", "^"),
        (r"\(ga", "`"),
    ):
        roff = roff.replace(mark, letter)
    return roff


def test_every_command_and_part_is_found(program: Command) -> None:
    names = {" ".join(command.path) for command in program.all()}
    assert names == parsers(parser()).keys()
    assert {"workbench", "workbench chat", "workbench route lint"} <= names


def test_every_option_is_found_but_those_that_are_hidden(program: Command) -> None:
    found = {flag for command in program.all() for option in command.options for flag in option.flags}
    wanted = {
        flag
        for each in parsers(parser()).values()
        for action in each._actions
        if action.help != argparse.SUPPRESS
        for flag in action.option_strings
    }
    assert found == wanted
    assert "--leased" not in found


def test_the_man_page_names_every_command_and_option(program: Command) -> None:
    page = plain(man_page(program, "1.2.3", DAY))
    assert '.TH WORKBENCH 1 2026-11-28 "AI Workbench 1.2.3"' in page
    for command in program.all():
        assert " ".join(command.path[1:]) in page
        for option in command.options:
            assert ", ".join(option.flags) in page
            assert option.help.split("(")[0].replace("…", "...") in page


@pytest.mark.parametrize("shell", [bash, zsh, fish])
def test_a_completion_names_every_command_and_option(
    shell: Callable[[Command], str], program: Command
) -> None:
    script = shell(program)
    for command in program.all():
        assert command.path[-1] in script
        for option in command.options:
            for flag in option.flags:
                assert (f"-l {flag[2:]} " if shell is fish and flag.startswith("--") else flag[1:]) in script


@pytest.mark.parametrize(
    ("shell", "program_name"), [(bash, "bash"), (zsh, "zsh"), (fish, "fish")], ids=["bash", "zsh", "fish"]
)
def test_a_shell_reads_its_completion(
    shell: Callable[[Command], str], program_name: str, program: Command, tmp_path: Path
) -> None:
    found = shutil.which(program_name)
    if not found:
        pytest.skip(f"there is no {program_name} here")
    script = tmp_path / "completion"
    script.write_text(shell(program), encoding="utf-8")
    done = subprocess.run([found, "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["workbench", "ro"], "route"),
        (["workbench", "route", "li"], "lint"),
        (["workbench", "route", "lint", "--fi"], "--fix"),
        (["workbench", "chat", "--mo"], "--model"),
        (["workbench", "embed", "x.csv", "--form", "ts"], "tsv"),
        (["workbench", "route", "lint", "my ro"], "my route.json"),
        (["workbench", "my ro"], "my route.json"),
        (["workbench", "transcribe", "-o", "fol"], "folder"),
        (["workbench", "chat", "--model", "ro"], ""),
    ],
)
def test_bash_offers_what_fits(typed: list[str], offered: str, program: Command, tmp_path: Path) -> None:
    found = shutil.which("bash")
    if not found:
        pytest.skip("there is no bash here")
    (tmp_path / "my route.json").touch()
    (tmp_path / "folder").mkdir()
    script = bash(program) + (
        'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _workbench 2>/dev/null; printf "%s|" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [found, "-c", script, "bash", *typed], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.rstrip("|") == offered


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("workbench ro", ["route"]),
        ("workbench route li", ["lint"]),
        ("workbench route lint --fi", ["--fix"]),
        ("workbench embed x.csv --form ts", ["tsv"]),
        ("workbench -", ["--help", "--new-chat", "--new-window", "--portable", "--version", "-h"]),
    ],
)
def test_fish_offers_what_fits(typed: str, offered: list[str], program: Command, tmp_path: Path) -> None:
    found = shutil.which("fish")
    if not found:
        pytest.skip("there is no fish here")
    script = f"{fish(program)}\ncomplete -C '{typed}'"
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [found, "--no-config", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=home,
        cwd=tmp_path,
    )
    assert sorted(line.split("\t")[0] for line in done.stdout.splitlines()) == offered
    assert done.stderr == ""


def test_the_man_page_is_roff_that_groff_has_no_doubts_about(program: Command) -> None:
    found = shutil.which("groff")
    if not found:
        pytest.skip("there is no groff here")
    page = man_page(program, "1.2.3", DAY)
    done = subprocess.run(
        [found, "-man", "-Tutf8", "-ww", "-z", "-K", "utf8"],
        input=page,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_no_word_that_may_be_typed_is_broken(program: Command) -> None:
    groff = shutil.which("groff")
    if not groff:
        pytest.skip("there is no groff here")
    page = man_page(program, "1.2.3", DAY).encode()
    shown = subprocess.run([groff, "-man", "-Tutf8", "-P-c"], input=page, capture_output=True, check=True)
    assert "‐\n" not in shown.stdout.decode()
    assert "~/.config/ai-workbench/gateway.env" in shown.stdout.decode()


def test_no_line_of_text_is_taken_for_a_request() -> None:
    assert text(".dev.vars") == "\\&.dev.vars"
    assert text("it's a-b\\c") == "it\\(aqs a\\-b\\ec"


def test_a_parser_of_another_program_is_read_alike() -> None:
    top = argparse.ArgumentParser(prog="tool", description="A tool: does things.")
    top.add_argument("what", nargs="?", metavar="FILE")
    top.add_argument("-n", type=int, default=3, help="how often (default: %(default)s)")
    top.add_argument("--how", choices=("fast", "slow"))
    top.add_argument("--secret", help=argparse.SUPPRESS)
    tool = read(top)
    assert [option.flags for option in tool.options] == [("-h", "--help"), ("-n",), ("--how",)]
    assert tool.options[1].help == "how often (default: 3)"
    assert (tool.options[2].metavar, tool.options[2].choices) == ("fast|slow", ("fast", "slow"))
    assert (tool.arguments[0].takes, tool.arguments[0].least) == ("file", 0)
    assert tool.takes_files
