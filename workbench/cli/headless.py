"""The services of the window without the window: what a command uses is built when it first asks for it."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from workbench.client.catalogue import CatalogueClient
from workbench.client.chat import ChatClient
from workbench.client.connection import HttpClient
from workbench.client.gateway_control import GatewayControl
from workbench.client.management import ManagementClient
from workbench.client.probe import ProbeClient
from workbench.client.route_probe import RouteProbe
from workbench.domain.chat import ChatReply, ChatRequest, Delta, Served
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.gateway import Upstream
from workbench.domain.models import Cost
from workbench.domain.targets import Connection, Target
from workbench.routing.rehearsal import Request
from workbench.services.catalogue import Catalogue
from workbench.services.chat import ChatService
from workbench.services.conversations import Conversations
from workbench.services.deployments import Deployments, user_name
from workbench.services.doctor import Check, Doctor
from workbench.services.gateway import LocalGateway
from workbench.services.gateway_process import GatewayLauncher
from workbench.services.targets import TargetService
from workbench.storage.catalogue import ModelCache, offline_models
from workbench.storage.conversations import ConversationStore
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.logs import Masker, log_handler
from workbench.storage.paths import Paths
from workbench.storage.route_deployments import DeploymentRecords
from workbench.storage.secrets import open_secrets
from workbench.storage.settings import SettingsFile
from workbench.storage.targets import TargetStore

if TYPE_CHECKING:
    from workbench.domain.embeddings.runs import ModelChoice
    from workbench.services.embeddings.embedding import Embedding
    from workbench.services.embeddings.models import EmbeddingModels
    from workbench.services.embeddings.planning import ModelPlan
    from workbench.services.embeddings.runs import Runs
    from workbench.services.speech.batch import Batches
    from workbench.services.speech.library import Recordings
    from workbench.services.speech.models import SpeechModels
    from workbench.services.speech.takes import Takes
    from workbench.storage.text_sets import TextSetStore


@dataclass(frozen=True, slots=True)
class Transcribing:
    """What hears recordings."""

    models: SpeechModels
    recordings: Recordings
    takes: Takes
    batches: Batches


@dataclass(frozen=True, slots=True)
class Embeddings:
    """What embeds texts."""

    models: EmbeddingModels
    sets: TextSetStore
    runs: Runs
    calls: Embedding

    async def plan(self, texts: Sequence[str], choice: ModelChoice, target_id: str) -> ModelPlan:
        """What it will take; see services.embeddings.planning."""
        from workbench.services.embeddings.planning import plan

        (found,) = await plan(self.calls, texts, [choice], target_id)
        return found


class Headless:
    """Close it by leaving `open_session`, which also stops a gateway that was started for the call."""

    def __init__(
        self,
        targets: TargetService,
        catalogue: Catalogue,
        chat: ChatService,
        doctor: Doctor,
        gateway: LocalGateway,
        deployments: Deployments,
        route_probe: RouteProbe,
        transcribing: Callable[[], AbstractAsyncContextManager[Transcribing]],
        embedding: Callable[[], AbstractAsyncContextManager[Embeddings]],
    ) -> None:
        self.transcribing = transcribing
        self.embedding = embedding
        self.deployments = deployments
        self._route_probe = route_probe
        self._targets = targets
        self._gateway = gateway
        self._catalogue = catalogue
        self._chat = chat
        self._doctor = doctor

    @property
    def upstream(self) -> Upstream:
        """Where the user's settings have the local gateway's answers come from."""
        return self._gateway.upstream

    async def target(self, name: str) -> Target:
        """By name or id, "" for the current one. Raises InvalidInput."""
        return self._targets.named(name)

    async def connection(self, target: str) -> Connection:
        """The local gateway is started first where it does not run. Raises InvalidInput, RequestFailed."""
        return await self._targets.connection(self._targets.named(target).id)

    def ask(self, connection: Connection, request: ChatRequest) -> AsyncGenerator[Delta | ChatReply, None]:
        return self._chat.once(connection, request)

    def cost(self, model_id: str, reply: ChatReply) -> Cost:
        return self._chat.cost(model_id, reply)

    def examine(self, target_id: str) -> AsyncGenerator[Check, None]:
        return self._doctor.run(target_id)

    async def ask_route(self, target_id: str, gateway: str, route: str, request: Request) -> Served:
        """Who answers a small request through the route. Raises InvalidInput, RequestFailed."""
        connection = await self._targets.connection(target_id)
        if gateway:
            connection = replace(connection, target=replace(connection.target, gateway=gateway))
        if not connection.target.can.gateway:
            raise InvalidInput(
                f"“{connection.target.name}” has no gateway, so no route runs there.",
                field="target",
                fix="Choose the local gateway, or name one with --gateway.",
            )
        return await self._route_probe.ask(
            connection, route, metadata=request.metadata, headers=request.headers, body=request.body
        )


@asynccontextmanager
async def open_session(*, throw_away: bool = False) -> AsyncIterator[Headless]:
    """On the user's own profile, or that of $WORKBENCH_HOME. Raises StorageFailed.

    throw_away: on a profile that ends with the session, for a call that needs nothing of the user's.
    """
    masker = Masker()
    async with AsyncExitStack() as stack:
        if throw_away:
            paths = Paths.under(Path(stack.enter_context(TemporaryDirectory(prefix="workbench-")))).make()
        else:
            paths = Paths.of_user().make()
        _log_to(paths, masker, stack)
        http = HttpClient()
        stack.push_async_callback(http.aclose)
        database = await Database.open(paths.database)
        stack.push_async_callback(database.aclose)
        secrets = open_secrets(profile=paths.profile, seen=masker.add)
        settings = SettingsFile(paths.settings_file)
        gateway = LocalGateway(
            secrets,
            GatewayControl(http),
            GatewayLauncher(paths.data, paths.logs / "gateway.log"),
            lambda: settings.load().gateway_port,
        )
        stack.push_async_callback(gateway.aclose)
        probe = ProbeClient(http)
        targets = TargetService(TargetStore(database), secrets, settings, gateway, probe)
        stack.callback(targets.aclose)
        await targets.load()
        management = ManagementClient(http)
        catalogue = Catalogue(
            offline_models, ModelCache(database), CatalogueClient(http), targets, settings, management
        )
        store = ConversationStore(database)
        wire = ChatClient(http, model_of=catalogue.find)
        chat = ChatService(store, ExchangeStore(database), Conversations(store), targets, catalogue, wire)
        yield Headless(
            targets,
            catalogue,
            chat,
            Doctor(targets, catalogue, probe, wire),
            gateway,
            Deployments(targets, management, offline_models, DeploymentRecords(database), who=user_name()),
            RouteProbe(http),
            lambda: _transcribing(targets, catalogue, http, database, paths),
            lambda: _embedding(targets, catalogue, http, database, paths),
        )


@asynccontextmanager
async def _transcribing(
    targets: TargetService, catalogue: Catalogue, http: HttpClient, database: Database, paths: Paths
) -> AsyncIterator[Transcribing]:
    """What other windows left unfinished is not touched."""
    from workbench.cli.sound import CommandDecoder
    from workbench.client.speech.client import HearingClient
    from workbench.services.speech.batch import Batches
    from workbench.services.speech.hearing import Hearing
    from workbench.services.speech.library import Recordings
    from workbench.services.speech.loudness import Measure
    from workbench.services.speech.models import SpeechModels
    from workbench.services.speech.samples import SampleCache
    from workbench.services.speech.takes import Takes
    from workbench.storage.audio_files import OwnAudio
    from workbench.storage.recordings import RecordingStore
    from workbench.storage.speech_batches import SpeechBatchStore
    from workbench.storage.takes import TakeStore

    models = SpeechModels(catalogue, CatalogueClient(http), targets)
    cache = SampleCache(paths.samples, CommandDecoder())
    recordings = Recordings(RecordingStore(database), OwnAudio(paths.recordings), cache)
    wire = HearingClient(http, model_of=catalogue.find)
    hearing = Hearing(
        targets,
        models,
        wire,
        recordings,
        lambda samples: Measure().take(samples).loudness,
        ExchangeStore(database),
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(cache.aclose)
        takes = Takes(TakeStore(database), hearing, adopts=False)
        stack.push_async_callback(takes.aclose)
        batches = Batches(SpeechBatchStore(database), recordings, takes)
        stack.push_async_callback(batches.aclose)
        yield Transcribing(models, recordings, takes, batches)


@asynccontextmanager
async def _embedding(
    targets: TargetService, catalogue: Catalogue, http: HttpClient, database: Database, paths: Paths
) -> AsyncIterator[Embeddings]:
    """What other windows left unfinished is not touched."""
    from workbench.client.embeddings.client import EmbeddingClient
    from workbench.services.embeddings.embedding import Embedding
    from workbench.services.embeddings.models import EmbeddingModels
    from workbench.services.embeddings.runs import Runs
    from workbench.storage.text_sets import EmbeddingRunStore, TextSetStore
    from workbench.storage.vector_cache import VectorCache

    models = EmbeddingModels(catalogue, CatalogueClient(http), targets)
    sets = TextSetStore(database)
    async with AsyncExitStack() as stack:
        cache = VectorCache(paths.vectors)
        stack.push_async_callback(cache.aclose)
        wire = EmbeddingClient(http, model_of=catalogue.find)
        calls = Embedding(targets, models, wire, cache, ExchangeStore(database))
        runs = Runs(EmbeddingRunStore(database), sets, calls, adopts=False)
        stack.push_async_callback(runs.aclose)
        yield Embeddings(models, sets, runs, calls)


def _log_to(paths: Paths, masker: Masker, stack: AsyncExitStack) -> None:
    """A command speaks to the terminal itself; what the services note down goes to the log."""
    root = logging.getLogger()
    try:
        handler: logging.Handler = log_handler(paths.logs / "commands.log", masker)
    except StorageFailed:
        handler = logging.NullHandler()
    root.addHandler(handler)
    stack.callback(handler.close)
    stack.callback(root.removeHandler, handler)
