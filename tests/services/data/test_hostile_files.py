"""A file that is not what it should be is refused before anything is changed, and says why."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.services.data.homes import exported, furnished, looks
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.services.data.desk import YourData
from workbench.services.data.manifest import may_be_in_it
from workbench.storage.data_files import DATABASES, GATEWAY, WORKBENCH
from workbench.storage.paths import Paths

Files = dict[str, bytes]
Change = Callable[[Files, dict[str, Any]], object]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Paths, Path]:
    import asyncio

    folder = tmp_path_factory.mktemp("good")
    paths = asyncio.run(furnished(folder / "home"))
    asyncio.run(exported(paths, folder / "all.zip"))
    return paths, folder / "all.zip"


def told(manifest: dict[str, Any], name: str, data: bytes) -> None:
    """Have the manifest tell the truth about it."""
    manifest["files"] = [entry for entry in manifest["files"] if entry["name"] != name]
    manifest["files"].append({"name": name, "size": len(data), "sha256": sha256(data).hexdigest()})


def add(name: str, data: bytes = b"x") -> Change:
    def change(files: Files, manifest: dict[str, Any]) -> None:
        files[name] = data
        told(manifest, name, data)

    return change


def database(name: str, statement: str) -> Change:
    def change(files: Files, manifest: dict[str, Any]) -> None:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(files[f"databases/{name}"])
            connection.executescript(statement)
            data = connection.serialize()
        files[f"databases/{name}"] = data
        told(manifest, f"databases/{name}", data)

    return change


def entry_of(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in manifest["files"] if entry["name"] == name)


def newer_database(files: Files, manifest: dict[str, Any]) -> None:
    manifest["formats"][WORKBENCH] = len(DATABASES[WORKBENCH]) + 1


def other_bytes(files: Files, manifest: dict[str, Any]) -> None:
    files["spoken/s1.mp3"] = files["spoken/s1.mp3"][::-1]


def lies_about_the_size(files: Files, manifest: dict[str, Any]) -> None:
    entry_of(manifest, "spoken/s1.mp3")["size"] = 1


def bomb(files: Files, manifest: dict[str, Any]) -> None:
    add("recordings/zeros.wav", bytes(100 * 1024 * 1024))(files, manifest)


def untold(files: Files, manifest: dict[str, Any]) -> None:
    files["spoken/extra.mp3"] = b"x"


def missing(files: Files, manifest: dict[str, Any]) -> None:
    del files["spoken/s1.mp3"]


def without_the_database(files: Files, manifest: dict[str, Any]) -> None:
    del files[f"databases/{WORKBENCH}"]
    manifest["files"] = [entry for entry in manifest["files"] if WORKBENCH not in entry["name"]]
    del manifest["formats"][WORKBENCH]


def same_twice(files: Files, manifest: dict[str, Any]) -> None:
    add("recordings/R2.WAV")(files, manifest)


def garbage(files: Files, manifest: dict[str, Any]) -> None:
    add(f"databases/{GATEWAY}", b"no database at all" * 1000)(files, manifest)


CHANGES: dict[str, tuple[Change, str]] = {
    "a path upwards": (add("../evil"), "may not be called"),
    "a path upwards within": (add("recordings/../../evil"), "may not be called"),
    "an absolute path": (add("/etc/evil"), "may not be called"),
    "a path of Windows": (add("recordings/..\\evil"), "may not be called"),
    "a drive": (add("C:/evil"), "may not be called"),
    "a device": (add("recordings/NUL.wav"), "may not be called"),
    "another database": (add("databases/other.db"), "may not be called"),
    "the plan": (add("takeover.json"), "may not be called"),
    "two names that are one": (same_twice, "two files called"),
    "other bytes": (other_bytes, "damaged"),
    "a wrong size": (lies_about_the_size, "not what the manifest tells"),
    "a bomb": (bomb, "far more"),
    "one more file": (untold, "does not tell of it"),
    "one file less": (missing, "is missing"),
    "no database": (without_the_database, "databases"),
    "a newer file": (lambda files, manifest: manifest.update(version=2), "newer version"),
    "a newer database": (newer_database, "newer version"),
    "another program": (lambda files, manifest: manifest.update(format="other"), "another program"),
    "no file list": (lambda files, manifest: manifest.update(files=7), "manifest cannot be read"),
    "no database in a database": (garbage, ""),
    "other tables": (database(WORKBENCH, "CREATE TABLE mine (id TEXT)"), "other tables"),
    "a trigger": (
        database(GATEWAY, "CREATE TRIGGER t AFTER INSERT ON gateways BEGIN DELETE FROM gateways; END"),
        "other tables",
    ),
    "a newer format within": (database(WORKBENCH, "PRAGMA user_version = 99"), "newer version"),
    "a connection that is none": (
        database(WORKBENCH, "UPDATE targets SET document = x'7b7d'"),
        "connection in it cannot be read",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_is_refused_and_nothing_is_changed(
    name: str, good: tuple[Paths, Path], tmp_path: Path, run_async: Run
) -> None:
    change, words = CHANGES[name]
    paths, path = good
    with ZipFile(path) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    manifest = json.loads(files["manifest.json"])
    change(files, manifest)
    files["manifest.json"] = json.dumps(manifest).encode()
    changed = tmp_path / "changed.zip"
    with ZipFile(changed, "w", ZIP_DEFLATED) as pack:
        for file, data in files.items():
            pack.writestr(file, data)
    assert_refused(paths, changed, run_async, words)


def assert_refused(paths: Paths, path: Path, run_async: Run, words: str = "") -> None:
    before = looks(paths)
    with pytest.raises(WorkbenchError) as caught:
        run_async(YourData(paths).look_at(path, lambda share: None))
    error = caught.value
    assert words in f"{error.what} {error.why}"
    assert error.fix
    assert looks(paths) == before


def test_a_link_is_refused(good: tuple[Paths, Path], tmp_path: Path, run_async: Run) -> None:
    paths, path = good
    changed = tmp_path / "changed.zip"
    with ZipFile(path) as pack, ZipFile(changed, "w") as other:
        for info in pack.infolist():
            if info.filename == "spoken/s1.mp3":
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            other.writestr(info, pack.read(info.filename))
    assert_refused(paths, changed, run_async, "not what the manifest tells")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_half_a_file_is_refused(
    share: float, good: tuple[Paths, Path], tmp_path: Path, run_async: Run
) -> None:
    paths, path = good
    data = path.read_bytes()
    half = tmp_path / "half.zip"
    half.write_bytes(data[: int(len(data) * share)])
    assert_refused(paths, half, run_async)


def test_a_flipped_byte_anywhere_is_refused_or_does_no_harm(
    good: tuple[Paths, Path], tmp_path: Path, run_async: Run
) -> None:
    paths, path = good
    data = bytearray(path.read_bytes())
    flipped, before = tmp_path / "flipped.zip", looks(paths)
    desk = YourData(paths)

    async def look() -> None:
        with suppress(WorkbenchError):  # any other is a bug
            await desk.drop(await desk.look_at(flipped, lambda share: None))

    for at in range(7, len(data), max(1, len(data) // 40)):
        data[at] ^= 0xFF
        flipped.write_bytes(data)
        data[at] ^= 0xFF
        run_async(look())
        assert looks(paths) == before


def test_no_zip_file_and_no_file_are_refused(
    good: tuple[Paths, Path], tmp_path: Path, run_async: Run
) -> None:
    paths, _ = good
    letter = tmp_path / "letter.zip"
    letter.write_text("Dear aunt")
    assert_refused(paths, letter, run_async)
    assert_refused(paths, tmp_path / "nothing.zip", run_async)
    assert_refused(paths, tmp_path, run_async)


def test_an_encrypted_member_is_refused(good: tuple[Paths, Path], tmp_path: Path, run_async: Run) -> None:
    paths, path = good
    data = path.read_bytes()
    with ZipFile(path) as pack:
        info: ZipInfo = pack.getinfo("spoken/s1.mp3")
    head = bytearray(data)
    head[info.header_offset + 6] |= 1
    central = data.index(b"PK\x01\x02")
    while info.filename.encode() not in data[central : central + 46 + len(info.filename)]:
        central = data.index(b"PK\x01\x02", central + 4)
    head[central + 8] |= 1
    changed = tmp_path / "changed.zip"
    changed.write_bytes(head)
    assert_refused(paths, changed, run_async)


@given(st.text())
def test_a_name_that_may_be_in_it_stays_in_its_folder(name: str) -> None:
    for tried in (name, f"recordings/{name}", f"images/{name}"):
        if may_be_in_it(tried):
            parts = Path(tried).parts
            assert not Path(tried).is_absolute()
            assert not {"", ".", ".."} & set(parts)
            assert "\\" not in tried
            assert ":" not in tried
            assert len(parts) <= 3


def test_it_is_an_input_of_the_user_that_is_wrong(
    good: tuple[Paths, Path], tmp_path: Path, run_async: Run
) -> None:
    (tmp_path / "letter.zip").write_text("Dear aunt")
    with pytest.raises(InvalidInput):
        run_async(YourData(good[0]).look_at(tmp_path / "letter.zip", lambda share: None))
