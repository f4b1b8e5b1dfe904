from __future__ import annotations

from tests.conftest import Run
from workbench.domain.secret import Secret
from workbench.domain.targets import Credentials, SecretKind, Target, TargetKind
from workbench.services.credentials import KEEP, TargetSecrets, as_changes, credentials_of
from workbench.storage.secrets import MemorySecrets

TARGET = Target("t", "T", TargetKind.CLOUDFLARE)


class CountingSecrets(MemorySecrets):
    """reads: how often the keychain was asked."""

    reads = 0

    async def get(self, name: str) -> Secret | None:
        self.reads += 1
        return await super().get(name)


def test_a_keychain_is_asked_once_until_something_changes(run_async: Run) -> None:
    store = CountingSecrets()
    secrets = TargetSecrets(store)

    async def scenario() -> None:
        await secrets.change("t", {SecretKind.API_TOKEN: Secret("one")})
        assert (await secrets.credentials(TARGET)).api_token == Secret("one")
        before = store.reads
        await secrets.credentials(TARGET)
        assert store.reads == before
        await secrets.change("t", {SecretKind.API_TOKEN: Secret("two")})
        assert (await secrets.credentials(TARGET)).api_token == Secret("two")

    run_async(scenario())


def test_changing_one_secret_leaves_the_others(run_async: Run) -> None:
    secrets = TargetSecrets(MemorySecrets())

    async def scenario() -> dict[str, Secret]:
        await secrets.change("t", {SecretKind.API_TOKEN: Secret("a"), "provider:openai": Secret("o")})
        await secrets.change("t", {SecretKind.API_TOKEN: KEEP, "provider:groq": Secret("g")})
        await secrets.change("t", {"provider:openai": None})
        return await secrets.all("t")

    assert run_async(scenario()) == {"api-token": Secret("a"), "provider:groq": Secret("g")}


def test_a_copy_has_the_same_credentials() -> None:
    given = Credentials(Secret("a"), Secret("b"), {"openai": Secret("o")})
    changes = {kind: secret for kind, secret in as_changes(given).items() if isinstance(secret, Secret)}
    assert credentials_of(changes) == given
