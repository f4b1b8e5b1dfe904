from __future__ import annotations

from tests.storage.conftest import Loop
from workbench.domain.models import Model
from workbench.domain.targets import Target, TargetKind
from workbench.storage.catalogue import ModelCache
from workbench.storage.database import Database
from workbench.storage.targets import TargetStore

CLOUD = Target("t1", "Мой аккаунт", TargetKind.CLOUDFLARE, account="a" * 32, gateway="default", position=2)
OLLAMA = Target("t2", "Ollama", TargetKind.OPENAI, base_url="http://127.0.0.1:11434/v1", position=1)


def test_targets_come_back_in_the_users_order(run: Loop, database: Database) -> None:
    store = TargetStore(database)
    run(store.save(CLOUD))
    run(store.save(OLLAMA))
    assert run(store.all()) == [OLLAMA, CLOUD]


def test_saving_again_replaces_and_deleting_forgets_its_models_too(run: Loop, database: Database) -> None:
    store, cache = TargetStore(database), ModelCache(database)
    run(store.save(CLOUD))
    run(store.save(Target("t1", "Other", TargetKind.CLOUDFLARE)))
    run(cache.save("t1", (Model("m"),)))
    assert [target.name for target in run(store.all())] == ["Other"]
    run(store.delete("t1"))
    run(store.delete("t1"))
    assert run(store.all()) == []
    assert run(cache.load("t1")) is None
