"""packaging/bundle/start.py: the frozen program knows whether it is whole, and leaves other programs their own libraries."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bundle.build import list_files
from bundle.start import (
    FILES,
    be_no_parent,
    complaint,
    find_certificates,
    hold_on,
    leave_no_trace,
    missing,
    modules_in,
    speak_utf8,
)

if TYPE_CHECKING:
    from bundle.start import Tree


BUNDLE = "/opt/ai-workbench/_internal"


def test_programs_that_it_starts_do_not_load_its_libraries() -> None:
    environ = {
        "LD_LIBRARY_PATH": BUNDLE,
        "QT_PLUGIN_PATH": f"{BUNDLE}/PySide6/Qt/plugins",
        "QML2_IMPORT_PATH": f"{BUNDLE}/PySide6/Qt/qml",
        "PATH": "/usr/bin",
    }
    leave_no_trace(environ, BUNDLE)
    assert environ == {"PATH": "/usr/bin"}


def test_what_the_user_had_set_is_set_again() -> None:
    environ = {"LD_LIBRARY_PATH": f"{BUNDLE}:/opt/lib", "LD_LIBRARY_PATH_ORIG": "/opt/lib"}
    leave_no_trace(environ, BUNDLE)
    assert environ == {"LD_LIBRARY_PATH": "/opt/lib"}


def test_what_is_not_the_bundles_is_left_alone() -> None:
    environ = {"LD_LIBRARY_PATH": "/opt/lib", "QT_PLUGIN_PATH": "/opt/plugins"}
    leave_no_trace(environ, BUNDLE)
    assert environ == {"LD_LIBRARY_PATH": "/opt/lib", "QT_PLUGIN_PATH": "/opt/plugins"}


def test_what_it_starts_of_itself_finds_its_libraries_anew() -> None:
    environ = {"_PYI_ARCHIVE_FILE": f"{BUNDLE}/../workbench"}
    be_no_parent(environ)
    assert environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"  # as the freezer's manual names it


@pytest.mark.parametrize("environ", [{}, {"LANG": "C"}, {"LC_CTYPE": "POSIX"}, {"LANG": ""}])
def test_where_no_language_is_set_up_text_is_utf8(environ: dict[str, str]) -> None:
    speak_utf8(environ)
    assert environ["LC_CTYPE"] == "C.UTF-8"


@pytest.mark.parametrize(
    "environ", [{"LANG": "ru_RU.UTF-8"}, {"LC_ALL": "C"}, {"LC_CTYPE": "ar_EG.UTF-8", "LANG": "C"}]
)
def test_what_the_user_speaks_stands(environ: dict[str, str]) -> None:
    before = dict(environ)
    speak_utf8(environ)
    assert environ == before


posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps certificates in a store of its own")


@posix
def test_the_certificates_of_the_system_are_found_wherever_it_keeps_them() -> None:
    environ: dict[str, str] = {}
    find_certificates(environ, BUNDLE, lambda path: path == "/etc/pki/tls/certs/ca-bundle.crt")
    assert environ == {"SSL_CERT_FILE": "/etc/pki/tls/certs/ca-bundle.crt"}


@posix
def test_without_any_those_of_the_bundle_count() -> None:
    environ: dict[str, str] = {}
    find_certificates(environ, BUNDLE, lambda path: False)
    assert environ == {"SSL_CERT_FILE": f"{BUNDLE}/certifi/cacert.pem"}


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_the_users_own_choice_of_certificates_stands(name: str) -> None:
    environ = {name: "/home/me/company"}
    find_certificates(environ, BUNDLE, lambda path: True)
    assert environ == {name: "/home/me/company"}


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """The inner folder of a bundle, with a list of its files."""
    for name in ("resources/icons/app.svg", "PySide6/Qt/lib/libQt6Gui.so.6", "base_library.zip"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("content", encoding="utf-8")
    (tmp_path / "PySide6/py.typed").touch()
    list_files(tmp_path)
    return tmp_path


def test_a_whole_bundle_misses_nothing(inside: Path) -> None:
    assert missing(str(inside)) == []
    list_files(inside)  # a second time, where a build is repeated
    assert missing(str(inside)) == []


def test_what_was_copied_in_half_is_named(inside: Path) -> None:
    (inside / "base_library.zip").unlink()
    (inside / "PySide6/Qt/lib/libQt6Gui.so.6").write_bytes(b"")
    assert missing(str(inside)) == ["PySide6/Qt/lib/libQt6Gui.so.6", "base_library.zip"]


def test_without_the_list_it_is_not_whole(inside: Path) -> None:
    (inside / FILES).unlink()
    assert missing(str(inside)) == [FILES]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_that_leads_nowhere_counts_as_missing(inside: Path) -> None:
    (inside / "libQt6Gui.so.6").symlink_to("PySide6/Qt/lib/libQt6Gui.so.6")
    list_files(inside)
    assert missing(str(inside)) == []
    (inside / "PySide6/Qt/lib/libQt6Gui.so.6").unlink()
    assert missing(str(inside)) == ["PySide6/Qt/lib/libQt6Gui.so.6", "libQt6Gui.so.6"]


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (["a.so"], f"a.so is missing or empty in {BUNDLE}"),
        (["a.so", "b"], f"2 files are missing or empty in {BUNDLE}, such as a.so"),
    ],
)
def test_the_complaint_says_how_many_which_and_what_to_do(lost: list[str], told: str) -> None:
    words = complaint(lost, BUNDLE)
    assert f"not complete: {told}. " in words
    assert "install AI Workbench again" in words


class Reader:
    """As much of the freezer's as hold_on knows of."""

    def __init__(self, path: Path) -> None:
        self._filename = str(path)

    def read(self) -> str:
        return Path(self._filename).read_text(encoding="utf-8")


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="programs that run are replaced on Linux only"
)
def test_after_an_upgrade_the_running_program_reads_its_own_modules(tmp_path: Path) -> None:
    program, newer = tmp_path / "workbench", tmp_path / "workbench.dpkg-new"
    program.write_text("what it started with", encoding="utf-8")
    newer.write_text("another version", encoding="utf-8")
    reader = Reader(program)
    hold_on(reader)
    newer.replace(program)
    assert reader.read() == reader.read() == "what it started with"
    program.unlink()
    assert reader.read() == "what it started with"
    os.close(int(reader._filename.rpartition("/")[2]))


class Finder:
    def __init__(self, prefix: str) -> None:
        self._pyz_entry_prefix = prefix


def test_the_modules_of_a_package_are_listed() -> None:
    tree: Tree = {"workbench": {"app": "", "ui": {"chat": {}}}, "json": {}}
    assert list(modules_in(tree, Finder("workbench"), "workbench.")) == [
        ("workbench.app", False),
        ("workbench.ui", True),
    ]
    assert list(modules_in(tree, Finder("workbench.ui"))) == [("chat", True)]
    assert list(modules_in(tree, Finder(""))) == [("workbench", True), ("json", True)]
    assert list(modules_in(tree, Finder("workbench.app"))) == []
    assert list(modules_in(tree, Finder("other.one"))) == []
