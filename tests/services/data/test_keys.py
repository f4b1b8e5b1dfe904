"""Keys stay in the keychain: none is exported, none goes where it was not given for, and all that are ours can be removed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import msgspec

from tests.conftest import Run
from tests.services.data.homes import exported, furnished
from workbench.domain.gateway import ACCESS_TOKEN
from workbench.domain.gateways import custom_headers_name, provider_key_name
from workbench.domain.secret import Secret
from workbench.domain.targets import SecretKind, Target
from workbench.services.credentials import TargetSecrets
from workbench.services.data.desk import YourData
from workbench.services.data.keys import all_of, forget, to_forget
from workbench.storage.data_files import GATEWAY, WORKBENCH
from workbench.storage.paths import Paths
from workbench.storage.secrets import MemorySecrets

OURS = {
    "target/t1/api-token",
    "target/t1/gateway-token",
    "target/t1/provider:openai",
    "target/t1/providers",
    provider_key_name("p1"),
    custom_headers_name("x1"),
    ACCESS_TOKEN,
}


async def filled() -> MemorySecrets:
    secrets = MemorySecrets()
    await TargetSecrets(secrets).change(
        "t1",
        {
            SecretKind.API_TOKEN: Secret("a"),
            SecretKind.GATEWAY_TOKEN: Secret("b"),
            "provider:openai": Secret("c"),
        },
    )
    for name in (provider_key_name("p1"), custom_headers_name("x1"), ACCESS_TOKEN, "somebody/else"):
        await secrets.put(name, Secret("d"))
    assert {name for name in OURS if await secrets.get(name)} == OURS
    return secrets


def test_a_reset_removes_every_entry_that_is_ours_and_no_other(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        paths, secrets = await furnished(tmp_path), await filled()
        plan = await YourData(paths).reset(keys_too=True)
        await forget(secrets, plan.forget)
        assert [name for name in OURS if await secrets.get(name)] == []
        assert await secrets.get("somebody/else")

    run_async(scenario())


def test_a_reset_that_leaves_the_keys_names_none(tmp_path: Path, run_async: Run) -> None:
    paths = run_async(furnished(tmp_path))
    assert run_async(YourData(paths).reset(keys_too=False)).forget == ()


def test_keys_of_connections_that_lead_elsewhere_in_the_file_are_asked_for_again(
    tmp_path: Path, run_async: Run
) -> None:
    now, then = run_async(furnished(tmp_path / "now")), run_async(furnished(tmp_path / "then"))
    assert to_forget(now.data, then.data) == ()
    with closing(sqlite3.connect(then.data / WORKBENCH)) as database:
        (document,) = database.execute("SELECT document FROM targets").fetchone()
        evil = replace(msgspec.json.decode(document, type=Target), api_base="https://evil.example")
        database.execute("UPDATE targets SET document = ?", (msgspec.json.encode(evil),))
        database.commit()
    assert to_forget(now.data, then.data) == ("target/t1",)
    with closing(sqlite3.connect(then.data / GATEWAY)) as database:
        database.execute(
            "UPDATE custom_providers SET document = json_set(CAST(document AS TEXT), '$.base_url', 'https://evil.example')"
        )
        database.execute(
            "UPDATE provider_configs SET document = json_set(CAST(document AS TEXT), '$.provider_slug', 'custom-desk')"
        )
        database.commit()
    assert to_forget(now.data, then.data) == (custom_headers_name("x1"), provider_key_name("p1"), "target/t1")


def test_on_a_new_machine_everything_is_asked_for(tmp_path: Path, run_async: Run) -> None:
    then = run_async(furnished(tmp_path / "then"))
    empty = Paths.under(tmp_path / "now").make()
    assert set(to_forget(empty.data, then.data)) | {ACCESS_TOKEN} == set(all_of(then.data))


def test_the_end_of_a_stored_key_is_not_exported_either(tmp_path: Path, run_async: Run) -> None:
    paths = run_async(furnished(tmp_path / "home"))
    run_async(exported(paths, tmp_path / "all.zip"))
    with ZipFile(tmp_path / "all.zip") as pack:
        data = pack.read(f"databases/{GATEWAY}")
    assert b"4f2a" in (paths.data / GATEWAY).read_bytes()
    assert b"4f2a" not in data
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(data)
        (document,) = database.execute("SELECT document FROM provider_configs").fetchone()
    assert json.loads(document)["preview"] == ""
