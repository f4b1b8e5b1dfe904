"""`workbench data`: out of one profile into another, and what it says."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.services.data.homes import furnished, looks, theme_of
from workbench.cli.arguments import parser
from workbench.cli.data import do
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.secret import Secret
from workbench.storage.database import Database
from workbench.storage.paths import Paths
from workbench.storage.secrets import MemorySecrets
from workbench.storage.takeover import keys_to_forget


def asked(*words: str) -> Namespace:
    return parser().parse_args(["data", *words])


def done(run_async: Run, paths: Paths, *words: str, secrets: MemorySecrets | None = None) -> str:
    out = io.StringIO()
    assert run_async(do(asked(*words), paths, secrets or MemorySecrets(), out, io.StringIO())) == 0
    return out.getvalue()


def test_what_is_exported_is_imported_and_both_say_what_it_is(tmp_path: Path, run_async: Run) -> None:
    old, new = run_async(furnished(tmp_path / "old")), Paths.under(tmp_path / "new").make()
    file = tmp_path / "all.zip"
    told: dict[str, Any] = json.loads(done(run_async, old, "export", str(file), "--json"))
    assert (told["file"], told["counts"]["conversations"]) == (str(file), 1)
    secrets = MemorySecrets()
    run_async(secrets.put("target/t1/api-token", Secret("of something else")))
    words = done(run_async, new, "import", str(file), secrets=secrets)
    assert "conversations\t1" in words
    assert f"moved to\t{new.backups}" in words
    assert theme_of(new) == "dark"
    assert run_async(secrets.get("target/t1/api-token")) is None
    assert keys_to_forget(new) == ()


def test_a_folder_gets_a_file_with_the_date(tmp_path: Path, run_async: Run) -> None:
    paths = run_async(furnished(tmp_path / "home"))
    file = Path(json.loads(done(run_async, paths, "export", str(tmp_path), "--json"))["file"])
    assert file.exists()
    assert file.name.startswith("ai-workbench-data-")


def test_where_names_folders_and_sizes(tmp_path: Path, run_async: Run) -> None:
    paths = run_async(furnished(tmp_path / "home"))
    told = json.loads(done(run_async, paths, "where", "--json"))
    assert told["data"]["path"] == str(paths.data)
    assert told["data"]["bytes"] > 10_000
    assert f"settings\t{paths.config}\t" in done(run_async, paths, "where")


def test_another_ending_is_refused(tmp_path: Path, run_async: Run) -> None:
    paths = run_async(furnished(tmp_path / "home"))
    with pytest.raises(InvalidInput):
        done(run_async, paths, "export", str(tmp_path / "all.tar"))


def test_data_that_is_open_is_not_replaced_and_nothing_is_left(tmp_path: Path, run_async: Run) -> None:
    paths = run_async(furnished(tmp_path / "home"))
    done(run_async, paths, "export", str(tmp_path / "all.zip"))

    async def scenario() -> None:
        database = await Database.open(paths.database)
        before = looks(paths)
        try:
            with pytest.raises(StorageFailed) as caught:
                await do(
                    asked("import", str(tmp_path / "all.zip")),
                    paths,
                    MemorySecrets(),
                    io.StringIO(),
                    io.StringIO(),
                )
            assert "Another window" in caught.value.why
            assert looks(paths) == before
        finally:
            await database.aclose()

    run_async(scenario())


def test_the_command_works_as_it_is_typed(tmp_path: Path, run_async: Run) -> None:
    paths = run_async(furnished(tmp_path / "home"))
    environment = os.environ | {"WORKBENCH_HOME": str(tmp_path / "home")}

    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "workbench", "data", *words],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            timeout=60,
            cwd=Path(__file__).parents[2],
        )

    assert typed("export", str(tmp_path / "all.zip")).returncode == 0
    (tmp_path / "broken.zip").write_bytes(b"no zip")
    refused = typed("import", str(tmp_path / "broken.zip"))
    assert refused.returncode == 2
    assert "Nothing was changed" in refused.stderr
    took = typed("import", str(tmp_path / "all.zip"))
    assert took.returncode == 0, took.stderr
    assert str(paths.backups) in took.stdout
