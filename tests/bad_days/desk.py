"""A window's services without the window: everything real, on a folder of the test's own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from workbench.client.catalogue import CatalogueClient
from workbench.client.chat import ChatClient
from workbench.client.connection import HttpClient, Timeouts
from workbench.client.gateway_control import GatewayControl
from workbench.client.management import ManagementClient
from workbench.client.probe import ProbeClient
from workbench.domain.conversations import ChatSettings, MessageState, StoredMessage
from workbench.domain.secret import Secret
from workbench.domain.targets import Target, TargetKind
from workbench.services.catalogue import Catalogue
from workbench.services.chat import ChatEvent, ChatService, Events, ReplyDelayed, ReplyExtended
from workbench.services.conversations import Conversations
from workbench.services.doctor import Check, Doctor
from workbench.services.gateway import LocalGateway
from workbench.services.gateway_process import GatewayLauncher
from workbench.services.targets import TargetService
from workbench.storage.catalogue import ModelCache, offline_models
from workbench.storage.conversations import ConversationStore
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.paths import Paths
from workbench.storage.secrets import MemorySecrets, SecretStore
from workbench.storage.settings import SettingsFile
from workbench.storage.targets import TargetStore

ACCOUNT = "0123456789abcdef0123456789abcdef"
CANARY = Secret("canary-token-5e1f0c7d9b")
GATEWAY_CANARY = Secret("canary-gateway-3a2b1c0d4e")
MODEL = "@cf/zai-org/glm-4.7-flash"


@dataclass
class Desk:
    database: Database
    store: ConversationStore
    targets: TargetService
    conversations: Conversations
    catalogue: Catalogue
    chat: ChatService
    doctor: Doctor
    gateway: LocalGateway
    secrets: SecretStore

    async def conversation(self, model: str = MODEL) -> str:
        return (await self.conversations.create(ChatSettings(model))).id

    async def use_server(self, base_url: str) -> None:
        """Talk to an OpenAI-compatible server from now on."""
        await self._use(Target("server", "Server", TargetKind.OPENAI, base_url=base_url))

    async def use_cloudflare(self, base: str) -> None:
        """Talk to something that plays Cloudflare at base, its API and its gateway."""
        await self._use(
            Target(
                "cf",
                "Cloudflare",
                TargetKind.CLOUDFLARE,
                account=ACCOUNT,
                gateway="g",
                api_base=f"{base}/client/v4",
                gateway_base=f"{base}/v1",
            )
        )

    async def ask(self, conversation_id: str, text: str = "Hello?") -> StoredMessage:
        """The answer as it ended."""
        return ended(await read(self.chat.ask(conversation_id, text)))

    async def retry(self, message: StoredMessage) -> StoredMessage:
        return ended(await read(self.chat.retry(message.conversation_id, message.id)))

    async def stored(self, conversation_id: str) -> list[StoredMessage]:
        return list(await self.conversations.messages(conversation_id))

    async def _use(self, target: Target) -> None:
        await self.targets.save(target, api_token=CANARY, gateway_token=GATEWAY_CANARY)
        await self.targets.select(target.id)

    def gateway_pid(self) -> int:
        assert self.gateway._seat is not None
        process = self.gateway._seat.process
        assert process is not None
        return int(process.pid)  # type: ignore[attr-defined]  # of GatewayProcess; the protocol needs none


@asynccontextmanager
async def open_desk(
    folder: Path,
    *,
    secrets: SecretStore | None = None,
    port: int = 0,
    busy_ms: int = 5000,
    timeouts: Timeouts | None = None,
) -> AsyncIterator[Desk]:
    """One window on the profile in folder. The retries of its client do not wait."""
    paths = Paths.under(folder).make()
    async with AsyncExitStack() as stack:
        http = HttpClient(sleep=_at_once, timeouts=timeouts)
        stack.push_async_callback(http.aclose)
        database = await Database.open(paths.database, busy_ms=busy_ms)
        stack.push_async_callback(database.aclose)
        secrets = secrets or MemorySecrets()
        settings = SettingsFile(paths.settings_file)
        gateway = LocalGateway(
            secrets,
            GatewayControl(http),
            GatewayLauncher(paths.data, paths.logs / "gateway.log"),
            lambda: port,
            sleep=_at_once,
        )
        stack.push_async_callback(gateway.aclose)
        probe = ProbeClient(http)
        targets = TargetService(TargetStore(database), secrets, settings, gateway, probe)
        stack.callback(targets.aclose)
        await targets.load()
        lists, routes = CatalogueClient(http), ManagementClient(http)
        catalogue = Catalogue(offline_models, ModelCache(database), lists, targets, settings, routes)
        store = ConversationStore(database)
        conversations = Conversations(store)
        wire = ChatClient(http, model_of=catalogue.find)
        chat = ChatService(
            store, ExchangeStore(database), conversations, targets, catalogue, wire, flush_s=0.02
        )
        doctor = Doctor(targets, catalogue, probe, wire)
        yield Desk(database, store, targets, conversations, catalogue, chat, doctor, gateway, secrets)


async def _at_once(seconds: float) -> None:
    await asyncio.sleep(0)


async def read(events: Events) -> list[ChatEvent]:
    return [event async for event in events]


def ended(events: list[ChatEvent]) -> StoredMessage:
    last = events[-1]
    assert not isinstance(last, ReplyExtended | ReplyDelayed)
    return last.message


def assert_told(message: StoredMessage, state: MessageState = MessageState.FAILED) -> None:
    """What happened, why, and what to do: each is there, is a sentence, and holds no secret."""
    assert message.state is state, message.trouble
    assert message.trouble is not None
    for sentence in (message.trouble.what, message.trouble.why, message.trouble.fix):
        assert sentence.strip(), message.trouble
        assert "canary" not in sentence
        assert "Traceback" not in sentence


async def examined(desk: Desk, target_id: str = "", model: str = "") -> dict[str, Check]:
    return {check.name: check async for check in desk.doctor.run(target_id, model)}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
