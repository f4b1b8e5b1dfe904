"""packaging/windows: the installer is compiled here around a bundle of nothing; where there is a Wine, it is tried."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import names
import pytest
from desktop.opens import FILE_TYPES, SCHEME
from windows.build import COMMAND, HERE, PROGRAM, SCRIPT, NotABundle, build_nsis, described, makensis

needs_makensis = pytest.mark.skipif(not makensis(), reason="there is no makensis here")
SIXTY_FOUR = ["-XTarget amd64-unicode"]
WINE = "/usr/lib/wine/wine64"
ODD = "_internal/odd $name/Ωé.txt"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    for name in (PROGRAM, COMMAND, "_internal/PySide6/plugins/qwindows.dll", ODD):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"this is {name}", encoding="utf-8")
    return folder


def said(bundle: Path, tmp_path: Path) -> str:
    return described(bundle, tmp_path / "x.ico", tmp_path / "x.exe")


def macro(text: str, name: str) -> str:
    found = re.search(rf"^!macro {name}\n(.*?)^!macroend", text, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


def test_a_folder_without_the_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "workbench.exe").touch()
    with pytest.raises(NotABundle, match=r"ai-workbench\.exe"):
        said(tmp_path, tmp_path)


def test_what_is_installed_is_what_is_removed_and_nothing_else(bundle: Path, tmp_path: Path) -> None:
    text = said(bundle, tmp_path)
    there = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    for name in ("MOVE_IN", "REMOVE"):
        listed = re.findall(r'Delete "\$INSTDIR\\(.+)"', macro(text, name))
        assert {one.replace("\\", "/").replace("$$", "$") for one in listed} == there
    assert "/r" not in macro(text, "REMOVE")
    script = SCRIPT.read_text(encoding="utf-8")
    assert {line.split(None, 2)[2] for line in script.splitlines() if "RMDir /r" in line} == {'"${INCOMING}"'}


def test_a_folder_goes_after_what_is_in_it(bundle: Path, tmp_path: Path) -> None:
    removed = re.findall(r'RMDir "\$INSTDIR\\(.+)"', macro(said(bundle, tmp_path), "REMOVE"))
    assert removed == sorted(removed, reverse=True)
    assert removed[-1] == "_internal"


def test_nothing_but_the_users_own_is_written_to() -> None:
    script = SCRIPT.read_text(encoding="utf-8")
    assert "RequestExecutionLevel user" in script
    assert not re.search(r"\bHK(?:LM|CR|EY)|\bSHCTX\b|\$PROGRAMFILES", script)


def test_everything_that_is_registered_is_forgotten(bundle: Path, tmp_path: Path) -> None:
    text = said(bundle, tmp_path) + SCRIPT.read_text(encoding="utf-8")
    written = set(re.findall(r'WriteReg\w+ HKCU "([^"]+)"', text))
    deleted = set(re.findall(r'DeleteRegKey (?:/ifempty )?HKCU "([^"]+)"', text))
    values = set(re.findall(r'DeleteRegValue HKCU "([^"]+)"', text))
    assert written
    for key in written:
        assert key in values or any(key == one or key.startswith(f"{one}\\") for one in deleted), key


def test_files_links_and_names_are_those_of_the_program(bundle: Path, tmp_path: Path) -> None:
    text = said(bundle, tmp_path)
    assert f'!define SCHEME "{SCHEME}"' in text
    assert f'!define VERSION "{names.version()}"' in text
    assert f'!define APP_ID "{names.APP_ID}"' in text
    for kind in FILE_TYPES:
        assert f'System.FileName:~"*.{kind.ending}"' in text
        assert kind.mime in text


def test_every_sentence_is_there_in_each_language() -> None:
    languages: dict[str, set[str]] = {}
    for line in (HERE / "words.nsh").read_text(encoding="utf-8").splitlines():
        if line.startswith("LangString "):
            _, name, language, _ = line.split(None, 3)
            languages.setdefault(name, set()).add(language)
    used = set(re.findall(r"\$\((\w+)\)", SCRIPT.read_text(encoding="utf-8")))
    assert used <= languages.keys()
    assert set(map(frozenset, languages.values())) == {
        frozenset({"${LANG_ENGLISH}", "${LANG_ARABIC}", "${LANG_RUSSIAN}"})
    }


@needs_makensis
def test_it_compiles_without_a_warning(
    bundle: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lines: list[str] = []
    installer = build_nsis(bundle, tmp_path / "dist", lines.append)
    assert capfd.readouterr().out == ""
    assert installer.name == f"ai-workbench-{names.version()}-windows-{names.architecture()}.exe"
    assert installer.read_bytes().startswith(b"MZ")
    assert [path.name for path in installer.parent.iterdir()] == [installer.name]
    assert len(lines) == 1
    assert lines[0].startswith("NOT SIGNED")


class Wine:
    """A Windows of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        self.drive = folder / "drive_c"
        self._environ = {**os.environ, "WINEPREFIX": str(folder), "WINEARCH": "win64", "WINEDEBUG": "-all"}
        subprocess.run(["wineboot", "-i"], env=self._environ, check=False, timeout=300, capture_output=True)

    def run(self, *command: str | Path) -> int:
        return subprocess.run([WINE, *command], env=self._environ, check=False, timeout=120).returncode

    def start(self, program: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen([WINE, program], env=self._environ)

    def stop(self) -> None:
        subprocess.run([f"{WINE[:-6]}wineserver64", "-k"], env=self._environ, check=False)


@pytest.fixture
def wine(tmp_path: Path) -> Iterator[Wine]:
    """About 20 seconds and 60 MB, so only on request."""
    if not Path(WINE).exists() or not Path("/usr/share/nsis/Stubs/lzma_solid-amd64-unicode").exists():
        pytest.skip("there is no Wine here, or no stub of 64 bits for it")
    if "TRY_WITH_WINE" not in os.environ:
        pytest.skip("TRY_WITH_WINE is not set")
    windows = Wine(tmp_path / "wine")
    yield windows
    windows.stop()


@needs_makensis
@pytest.mark.timeout(400)
def test_wine_installs_upgrades_and_removes_it(bundle: Path, tmp_path: Path, wine: Wine) -> None:
    installer = build_nsis(bundle, tmp_path, print, settings=SIXTY_FOUR)
    place = wine.drive / "app"
    assert wine.run(installer, "/S", r"/D=C:\app") == 0
    assert (place / ODD).read_text(encoding="utf-8") == f"this is {ODD}"
    assert not (place / "incoming").exists()
    (place / "_internal/mine.txt").write_text("mine", encoding="utf-8")
    (place / PROGRAM).write_text("an older one", encoding="utf-8")
    assert wine.run(installer, "/S", r"/D=C:\app") == 0
    assert (place / PROGRAM).read_text(encoding="utf-8") == f"this is {PROGRAM}"
    shutil.copy(place / "uninstall.exe", tmp_path / "remover.exe")
    assert wine.run(tmp_path / "remover.exe", "/S", r"_?=C:\app") == 0
    left = sorted(path.relative_to(place).as_posix() for path in place.rglob("*"))
    assert left == ["_internal", "_internal/mine.txt"]
    (wine.drive / "others").mkdir()
    (wine.drive / "others/a.txt").touch()
    assert wine.run(installer, "/S", r"/D=C:\others") == 3


@needs_makensis
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("closes", "code"), [(True, 0), (False, 2)])
def test_wine_closes_what_runs_and_leaves_what_does_not_close(
    bundle: Path, tmp_path: Path, wine: Wine, closes: bool, code: int
) -> None:
    """Another installer, which waits for its user, stands in for the window."""
    (tmp_path / "window.nsi").write_text(
        f"Unicode true\nName Window\nOutFile window.exe\nRequestExecutionLevel user\nPage directory\nPage instfiles\n"
        f"Function .onUserAbort\n{'' if closes else 'Abort'}\nFunctionEnd\nSection\nSectionEnd\n",
        encoding="utf-8",
    )
    subprocess.run([makensis(), "-V1", *SIXTY_FOUR, "window.nsi"], cwd=tmp_path, check=True)
    window = (tmp_path / "window.exe").read_bytes()
    installer = build_nsis(bundle, tmp_path, print, settings=SIXTY_FOUR)
    place = wine.drive / "app"
    assert wine.run(installer, "/S", r"/D=C:\app") == 0
    (place / PROGRAM).write_bytes(window)
    with wine.start(place / PROGRAM) as running:
        time.sleep(5)
        assert running.poll() is None
        assert wine.run(installer, "/S", r"/D=C:\app") == code
        assert (running.poll() is not None) is closes
        wine.stop()
    assert ((place / PROGRAM).read_bytes() == window) is not closes
    assert (place / "uninstall.exe").exists()
