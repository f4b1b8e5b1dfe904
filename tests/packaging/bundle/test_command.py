"""`./dev package`: what it wants from the machine, what it builds, when it says no."""

from __future__ import annotations

import sys
from pathlib import Path

import names
import pytest
from bundle import command, packages
from bundle.build import INSIDE, NotFit
from bundle.notices import NoTerms
from bundle.smoke import FROM_THE_SYSTEM, Failed, bare_environment, try_all
from bundle.tools import missing_tools


def test_the_library_of_debians_python_is_wanted_where_it_is_not() -> None:
    def load(soname: str) -> object:
        raise OSError(soname)

    python = f"libpython{sys.version_info[0]}.{sys.version_info[1]}"
    missing = missing_tools(load=load, which=lambda name: None, prefix="/usr")
    assert missing == ["binutils", python]
    assert missing_tools(load=load, which=lambda name: f"/usr/bin/{name}", prefix="/opt/python") == []


def said_by(*arguments: str) -> tuple[int, list[str]]:
    lines: list[str] = []
    return command.run(arguments, lines.append), lines


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What was built and tried, in turn; nothing is."""
    done: list[str] = []
    package = tmp_path / "package"

    def build_bundle(root: Path, work: Path, out: Path) -> Path:
        done.append("bundle")
        (out / names.NAME / INSIDE).mkdir(parents=True)
        return out / names.NAME

    def tried(lay_out: object, say: object) -> int:
        done.append("tried")
        return 0

    def build(kind: str) -> Path:
        done.append(kind)
        package.touch()
        return package

    monkeypatch.setattr(command, "build_bundle", build_bundle)
    monkeypatch.setattr(packages, "build_tar", lambda bundle, out: build("tar"))
    monkeypatch.setattr(packages, "build_deb", lambda root, bundle, out: build("deb"))
    monkeypatch.setattr(command, "write_materials", lambda root, bundle, out: build("materials"))
    monkeypatch.setattr(command, "_smoke", tried)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    return done


def test_each_package_is_tried_after_it_is_built(builds: list[str], tmp_path: Path) -> None:
    code, _ = said_by("all", "--out", str(tmp_path))
    assert code == 0
    assert builds == ["bundle", "tried", "tar", "tried", "deb", "tried", "materials"]


@pytest.mark.parametrize(
    ("kind", "built"),
    [("bundle", ["bundle", "tried"]), ("deb", ["bundle", "tried", "deb", "tried", "materials"])],
)
def test_only_what_is_asked_for_is_built(
    builds: list[str], tmp_path: Path, kind: str, built: list[str]
) -> None:
    said_by(kind, "--out", str(tmp_path))
    assert builds == built


def test_a_bundle_that_is_there_is_not_made_again(builds: list[str], tmp_path: Path) -> None:
    (tmp_path / "unpacked" / INSIDE).mkdir(parents=True)
    given = ["--bundle", str(tmp_path / "unpacked"), "--out", str(tmp_path)]
    assert said_by("deb", *given)[0] == 0
    assert builds == ["tried", "deb", "tried", "materials"]
    code, lines = said_by("deb", "--bundle", str(tmp_path), "--out", str(tmp_path))
    assert code == 1
    assert lines == [f"{tmp_path} is no bundle: there is no {INSIDE} in it."]


def test_a_bundle_that_fails_becomes_no_package(
    builds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_smoke", lambda lay_out, say: 1)
    assert said_by("all", "--out", str(tmp_path))[0] == 1
    assert builds == ["bundle"]


def test_a_deb_that_cannot_be_built_here_is_said_not_to_be(
    builds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    code, lines = said_by("deb", "--out", str(tmp_path))
    assert code == 0
    assert any("NOT BUILT the .deb" in line for line in lines)


@pytest.mark.parametrize(("kind", "made_on"), [("nsis", "windows"), ("dmg", "macos")])
def test_what_another_system_makes_is_said_not_to_be_built(
    builds: list[str], tmp_path: Path, kind: str, made_on: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "system", lambda: "linux")
    code, lines = said_by(kind, "--out", str(tmp_path))
    assert code == 0
    assert any(line.startswith("NOT BUILT the ") and made_on in line for line in lines)


@pytest.mark.parametrize("system", ["linux", "windows", "macos"])
def test_what_is_usual_on_a_system_is_made_there(system: str) -> None:
    assert {packages.PACKAGES[kind].system for kind in packages.USUAL[system]} <= {"", system}


@pytest.mark.parametrize("error", [NotFit("holds libreadline"), NoTerms("libstray has no terms")])
def test_what_may_not_be_given_away_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    def refuse(root: Path, work: Path, out: Path) -> Path:
        raise error

    monkeypatch.setattr(command, "build_bundle", refuse)
    assert said_by("tar", "--out", str(tmp_path)) == (1, ["freezing the program", str(error)])


def test_a_package_is_tried_with_nothing_on_its_path(tmp_path: Path) -> None:
    environ = bare_environment(tmp_path)
    assert list(Path(environ["PATH"]).iterdir()) == []
    assert "PYTHONPATH" not in environ


def test_one_step_that_fails_is_named_and_the_others_are_tried(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> str:
        raise Failed("no sound")

    assert try_all({"it plays": fails, "it stops": lambda: "at once"}) == 1
    told = capsys.readouterr().out
    assert "FAILED  it plays: no sound" in told
    assert "ok      it stops: at once" in told


@pytest.mark.parametrize(
    ("library", "there"),
    [
        ("libc.so.6", True),
        ("libGL.so.1", True),
        ("libX11.so.6", True),
        ("libgtk-3.so.0", False),
        ("libcups.so.2", False),
    ],
)
def test_only_what_every_desktop_has_may_be_left_to_it(library: str, there: bool) -> None:
    assert bool(FROM_THE_SYSTEM.fullmatch(library)) is there


def test_it_may_be_called_with_no_kind_and_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.parser().parse_args([]).kinds == []
    with pytest.raises(SystemExit):
        command.parser().parse_args(["rpm"])
    assert "no 'rpm': choose from bundle, tar, deb" in capsys.readouterr().err
