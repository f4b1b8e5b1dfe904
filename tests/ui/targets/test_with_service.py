"""The page's model over the real service, database and settings; only the network and the keychain are stand-ins."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Run
from tests.ui.targets.fakes import ACCOUNT
from workbench.domain.gateway import GatewayPhase, GatewayState, Upstream
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Reach
from workbench.services.targets import TargetService
from workbench.storage.database import Database
from workbench.storage.secrets import MemorySecrets
from workbench.storage.settings import SettingsFile
from workbench.storage.targets import TargetStore
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.targets import TargetsModel
from workbench.ui.targets.model import ConnectionsModel

ENV = f"GATEWAY_URL=https://gateway.ai.cloudflare.com/v1/{ACCOUNT}/my-gw/compat\nGATEWAY_TOKEN=canary-5e2f\n"


class FakeGateway:
    state = GatewayState(GatewayPhase.RUNNING, "http://127.0.0.1:8787")
    sandbox = True
    upstream = Upstream()

    async def ensure(self) -> GatewayState:
        return self.state

    async def access_token(self) -> Secret:
        return Secret("local-token")

    async def set_upstream(self, upstream: Upstream) -> None:
        self.upstream = upstream


class FakeProbe:
    def __init__(self) -> None:
        self.asked: list[Connection] = []

    async def reach(self, connection: Connection) -> float:
        self.asked.append(connection)
        return 12.0


def test_an_imported_connection_is_kept_used_deleted_and_brought_back(run_qt: Run, tmp_path: Path) -> None:
    async def all_of_it() -> None:
        database = await Database.open(tmp_path / "workbench.db")
        probe, gateway, notices = FakeProbe(), FakeGateway(), list[Notice]()
        service = TargetService(
            TargetStore(database), MemorySecrets(), SettingsFile(tmp_path / "settings.json"), gateway, probe
        )
        await service.load()
        notifier, targets = Notifier(), TargetsModel(service)
        notifier.posted.connect(notices.append)
        model = ConnectionsModel(service, targets, notifier)

        async def settled() -> None:
            await model._tasks.finish()
            await targets._tasks.finish()

        model.import_text(ENV, ".dev.vars")
        model.accept_review()
        await settled()
        assert [one.name for one in model.stored] == ["Local gateway", "Cloudflare, my-gw"]
        assert model.draft is not None
        assert model.draft.stored == {"api-token", "gateway-token"}
        added = model.draft.target.id
        assert model.status(added).reach is Reach.READY
        assert probe.asked[-1].credentials.gateway_token == Secret("canary-5e2f")

        model.use()
        model.set_text("gateway", "")
        model.save()
        await settled()
        assert service.current.id == added
        assert service.current.gateway == ""

        model.set_upstream(added)
        await settled()
        assert gateway.upstream.account == ACCOUNT

        model.delete()
        await settled()
        assert [one.id for one in model.stored] == ["local"]
        assert notices[-1].action is not None
        notices[-1].action()
        await settled()
        assert [one.id for one in model.stored] == ["local", added]
        assert model.draft.stored == {"api-token", "gateway-token"}
        await model.aclose()
        await targets.aclose()
        service.aclose()
        await database.aclose()

    run_qt(all_of_it())
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"canary" not in path.read_bytes(), path
