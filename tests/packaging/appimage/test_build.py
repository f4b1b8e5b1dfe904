"""packaging/appimage: the tree is laid out, looked at and packed here; the runtime that goes before it is stood in for."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import names
import pytest
from appimage.build import HERE, NoRuntime, build_appimage, lay_out, runtime

ROOT = Path(__file__).parents[3]
RUNTIME = b"\x7fELF what mounts the rest"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    (folder / "_internal").mkdir(parents=True)
    program = folder / names.COMMAND
    program.write_text('#!/bin/sh\nprintf \'%s|\' "$0" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (folder / "_internal" / "liba.so.1").write_bytes(b"lib")
    (folder / "_internal" / "liba.so").symlink_to("liba.so.1")
    return folder


@pytest.fixture
def tree(bundle: Path, tmp_path: Path) -> Path:
    tree = tmp_path / "AppDir"
    lay_out(ROOT, bundle, tree)
    return tree


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment with a runtime in it that has been looked at."""
    path = tmp_path / "runtime"
    path.write_bytes(RUNTIME)
    monkeypatch.setattr(
        "appimage.build.RUNTIMES", {names.architecture(): hashlib.sha256(RUNTIME).hexdigest()}
    )
    return {"APPIMAGE_RUNTIME": str(path)}


def test_its_top_has_what_menus_read(tree: Path) -> None:
    entry, icon = f"{names.APP_ID}.desktop", f"{names.APP_ID}.svg"
    assert sorted(path.name for path in tree.iterdir()) == sorted([".DirIcon", "AppRun", entry, icon, "usr"])
    for name in (".DirIcon", entry, icon):
        assert (tree / name).resolve(strict=True).is_relative_to(tree.resolve())
    assert (tree / ".DirIcon").read_bytes().startswith(b"\x89PNG")
    assert os.access(tree / "AppRun", os.X_OK)


def test_no_link_leads_out_of_it_or_nowhere(tree: Path) -> None:
    for path in tree.rglob("*"):
        if path.is_symlink():
            assert not os.path.isabs(os.readlink(path)), path
            assert path.resolve(strict=True).is_relative_to(tree.resolve()), path


def test_its_entry_speaks_of_no_service(tree: Path) -> None:
    assert ".service" not in (tree / f"{names.APP_ID}.desktop").read_text(encoding="utf-8")
    assert not list(tree.rglob("*.service"))
    if program := shutil.which("desktop-file-validate"):
        subprocess.run([program, tree / f"{names.APP_ID}.desktop"], check=True)


def test_a_store_finds_its_metainfo(tree: Path) -> None:
    program = shutil.which("appstreamcli")
    if not program:
        pytest.skip("there is no appstreamcli here")
    done = subprocess.run(
        [program, "validate-tree", "--no-net", tree], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(os.name == "nt", reason="it is a script of Linux")
def test_it_starts_the_program_wherever_it_lies(tree: Path, tmp_path: Path) -> None:
    subprocess.run(["sh", "-n", HERE / "AppRun"], check=True)
    elsewhere = tmp_path / "a folder" / "of Ωé"
    elsewhere.parent.mkdir()
    tree.rename(elsewhere)
    link = tmp_path / "link"
    link.symlink_to(elsewhere / "AppRun")
    done = subprocess.run(
        [link, "open", "a b.route.json"], capture_output=True, text=True, check=True, cwd="/"
    )
    assert done.stdout == f"{elsewhere}/usr/bin/workbench|open|a b.route.json|"


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="is no bundle"):
        lay_out(ROOT, tmp_path / "empty", tmp_path / "tree")


def test_only_the_runtime_that_was_looked_at_is_taken(known: dict[str, str], tmp_path: Path) -> None:
    assert runtime(known) == RUNTIME
    (tmp_path / "other").write_bytes(b"another")
    with pytest.raises(NoRuntime, match=hashlib.sha256(b"another").hexdigest()):
        runtime({"APPIMAGE_RUNTIME": str(tmp_path / "other")})
    with pytest.raises(NoRuntime, match="cannot be read"):
        runtime({"APPIMAGE_RUNTIME": str(tmp_path / "gone")})
    with pytest.raises(NoRuntime, match="set APPIMAGE_RUNTIME"):
        runtime({})


@pytest.mark.skipif(
    not (shutil.which("mksquashfs") and shutil.which("unsquashfs")), reason="there is no mksquashfs here"
)
def test_what_follows_the_runtime_is_the_tree(bundle: Path, known: dict[str, str], tmp_path: Path) -> None:
    image = build_appimage(ROOT, bundle, tmp_path / "dist", known)
    assert [path.name for path in image.parent.iterdir()] == [names.artifact("AppImage")]
    assert os.access(image, os.X_OK)
    assert image.read_bytes().startswith(RUNTIME)
    command = ["unsquashfs", "-quiet", "-no-progress", "-offset", str(len(RUNTIME)), "-dest"]
    subprocess.run([*command, str(tmp_path / "out"), str(image)], check=True, stdout=subprocess.DEVNULL)
    assert (tmp_path / "out/usr/lib/ai-workbench/_internal/liba.so").is_symlink()
    assert os.access(tmp_path / "out/AppRun", os.X_OK)
    again = build_appimage(ROOT, bundle, tmp_path / "again", known)
    assert again.read_bytes() == image.read_bytes()
