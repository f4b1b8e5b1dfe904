"""`workbench` with files, links and the window's own options; a command word wins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.cli.arguments import command_words
from workbench.cli.start import Start
from workbench.domain.errors import InvalidInput

LINK = "ai-workbench:connection?name=x&kind=openai&base_url=https%3A%2F%2Fexample.org%2Fv1"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_files_and_links_are_what_the_window_opens(here: Path) -> None:
    start = Start.read(["a.route.json", LINK, "--new-chat", str(here / "b.mp3")])
    assert start.opening.things == (str(here / "a.route.json"), LINK, str(here / "b.mp3"))
    assert (start.opening.new_chat, start.command, start.new_window) == (True, (), False)


def test_a_command_word_wins_even_where_a_file_has_its_name(here: Path) -> None:
    (here / "chat").write_text("")
    (here / "notes").write_text("")
    assert Start.read(["chat", "-m", "m", "hello"]).command == ("chat", "-m", "m", "hello")
    assert Start.read(["./chat"]).opening.things == (str(here / "chat"),)
    assert Start.read(["notes"]).opening.things == (str(here / "notes"),)
    assert {"chat", "gateway", "route"} <= command_words()


def test_a_plain_word_that_is_neither_is_left_to_the_commands_to_refuse() -> None:
    assert Start.read(["dance"]).command == ("dance",)
    assert Start.read(["--", "dance"]).opening.things == (os.path.abspath("dance"),)
    assert Start.read(["--help"]).command == ("--help",)


def test_portable_goes_with_the_window_and_with_a_command(here: Path) -> None:
    paths = Start.read(["--portable", "stick"]).paths()
    assert (paths.portable, paths.data) == (True, here / "stick" / "data")
    start = Start.read(["--portable=stick", "doctor"])
    assert (start.command, start.portable) == (("doctor",), str(here / "stick"))


@pytest.mark.parametrize(
    "given",
    [
        ["--portable"],
        ["--portable="],
        ["--portable", "--new-chat"],
        ["--portable", "file"],
        ["--new-chat", "chat"],
        ["--new-window", "doctor"],
    ],
)
def test_what_does_not_go_together_is_said(here: Path, given: list[str]) -> None:
    (here / "file").write_text("")
    with pytest.raises(InvalidInput):
        Start.read(given)


@pytest.mark.parametrize(
    ("token", "taken"), [("kwin-7_TIME123", "kwin-7_TIME123"), ("a\nb", ""), ("a" * 2000, "")]
)
def test_the_desktops_word_goes_along(monkeypatch: pytest.MonkeyPatch, token: str, taken: str) -> None:
    monkeypatch.setenv("DESKTOP_STARTUP_ID", token)
    assert Start.read(["--new-chat"]).opening.token == taken


def test_in_a_folder_that_was_removed_only_whole_paths_are_found(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> str:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "getcwd", gone)
    assert Start.read([str(here / "a.mp3"), LINK]).opening.things == (str(here / "a.mp3"), LINK)
    for given in (["a.mp3"], ["--portable", "stick"]):
        with pytest.raises(InvalidInput, match="has been removed"):
            Start.read(given)
