"""A token in every place where a user may put one; afterwards none is in a file of all data, nor in what was moved aside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.bad_days import hostile
from tests.bad_days.children import child
from tests.bad_days.gateways import MANAGE
from tests.bad_days.hostile import Hostile
from tests.bad_days.test_gateway_secrets import CANARIES, HEADER, MANNERS, STORED, misbehave, prepare
from tests.conftest import Run
from workbench.domain.exchange import Chunk, Exchange, masked_headers, masked_url
from workbench.domain.secret import Secret
from workbench.domain.settings import Settings
from workbench.domain.targets import SecretKind, Target, TargetKind
from workbench.services.credentials import TargetSecrets
from workbench.services.data.desk import YourData
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.logs import Masker
from workbench.storage.paths import Paths
from workbench.storage.secrets import MemorySecrets
from workbench.storage.settings import SettingsFile
from workbench.storage.takeover import take_over
from workbench.storage.targets import TargetStore

TYPED = "canary-typed-4e1d0c7d9b"
EVERY = (*CANARIES, TYPED)


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with hostile.hostile() as server:
        yield server


async def use_the_window(paths: Paths) -> MemorySecrets:
    """Its part: connections with every kind of secret, and a request that carried them."""
    secrets = MemorySecrets(seen=Masker().add)
    target = Target("t1", "Mine", TargetKind.CLOUDFLARE, account="a" * 32)
    kinds = (*SecretKind, "provider:openai")
    await TargetSecrets(secrets).change(target.id, dict.fromkeys(kinds, Secret(TYPED)))
    database = await Database.open(paths.database)
    try:
        await TargetStore(database).save(target)
        sent = masked_headers((("authorization", f"Bearer {TYPED}"), ("x-api-key", TYPED)))
        url = masked_url(f"https://ann:{TYPED}@example.test/v1?key={TYPED}")
        chunks = [Chunk(1.0, b"{}")]
        await ExchangeStore(database).put(Exchange("e", 1.0, url=url, request_headers=sent, chunks=chunks))
    finally:
        await database.aclose()
    SettingsFile(paths.settings_file).save(Settings(theme="dark"))
    return secrets


def contents(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def test_no_token_is_in_a_file_of_all_data(server: Hostile, tmp_path: Path, run_async: Run) -> None:
    paths = Paths.under(tmp_path / "home").make()
    secrets = run_async(use_the_window(paths))
    with child(paths.data) as gateway:
        prepare(gateway.wire, server)
        collector = {"url": "https://otel.test", "headers": {"x-key": HEADER}, "authorization": STORED}
        changed = {"id": "default", "otel": [collector], "stripe": {"authorization": STORED}}
        gateway.wire.ask("PUT", f"{MANAGE}gateways/default", changed)
        misbehave(gateway, server, "openai", MANNERS[:2])
        run_async(YourData(paths).export(tmp_path / "running.zip", lambda share: None))
        gateway.ended()
    run_async(YourData(paths).export(tmp_path / "ended.zip", lambda share: None))

    async def imported() -> None:
        data = YourData(paths)
        await data.accept(await data.look_at(tmp_path / "ended.zip", lambda share: None))
        done = await asyncio.to_thread(take_over, paths)
        assert done
        assert done.problem is None

    run_async(imported())
    assert run_async(secrets.get("target/t1/api-token")) == Secret(TYPED), "it was put in"
    found = {
        f"{name}: {member}": data
        for name in ("running.zip", "ended.zip")
        for member, data in contents(tmp_path / name).items()
    }
    found |= {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert sum(name.endswith(".db") for name in found) >= 10
    assert any(b"custom-nearby" in data for name, data in found.items() if name.endswith("gateway.db"))
    leaks = [(name, canary) for name, data in found.items() for canary in EVERY if canary.encode() in data]
    assert leaks == []
