"""What is behind the window: its services over the user's files and keychain. The imports are in the functions, for the window is painted first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, cast

from workbench.storage.settings import SettingsFile

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from workbench.app import Front
    from workbench.services.chat import ChatService
    from workbench.services.data.desk import YourData
    from workbench.services.embeddings.desk import EmbeddingsDesk
    from workbench.services.images.desk import ImagesDesk
    from workbench.services.route_ways import RouteWays
    from workbench.services.shared_routes import SharedRoutes
    from workbench.services.speech.desk import SpeechDesk
    from workbench.services.successor import Successor
    from workbench.services.updates import Updates
    from workbench.services.wire import Wire
    from workbench.storage.logs import Masker
    from workbench.storage.paths import Paths
    from workbench.storage.secrets import SecretStore
    from workbench.ui.long_work import Shown
    from workbench.ui.parts import Services


async def open_services(front: Front, masker: Masker, stack: AsyncExitStack) -> Services:
    """The use cases over the user's files and keychain; leaving the stack closes them. Raises StorageFailed."""
    from functools import cache

    from workbench import desks
    from workbench.services.catalogue import Catalogue
    from workbench.services.conversations import Conversations
    from workbench.services.gateway import LocalGateway
    from workbench.services.gateway_process import GatewayLauncher
    from workbench.services.targets import TargetService
    from workbench.services.wire import Late, Wire
    from workbench.storage.catalogue import ModelCache, offline_models
    from workbench.storage.conversations import ConversationStore
    from workbench.storage.database import Database
    from workbench.storage.secrets import open_secrets
    from workbench.storage.targets import TargetStore
    from workbench.ui.parts import Services

    paths = front.paths.make()
    database = await Database.open(paths.database)
    stack.push_async_callback(database.aclose)
    if paths.portable:
        from workbench.storage.recordings import RecordingStore

        await RecordingStore(database).look_in(paths.recordings)
    wire = Wire(lambda model_id: catalogue.find(model_id))
    stack.push_async_callback(wire.aclose)
    secrets = open_secrets(profile=paths.profile, seen=masker.add)
    await _forget_keys(paths, secrets)
    own_settings = SettingsFile(paths.settings_file)  # the services' own, see its `save`
    gateway = LocalGateway(
        secrets,
        wire.control,
        GatewayLauncher(paths.data, paths.logs / "gateway.log", environ=paths.environment()),
        lambda: front.settings.value.gateway_port,
    )
    stack.push_async_callback(gateway.aclose)
    targets = TargetService(TargetStore(database), secrets, own_settings, gateway, wire.probe)
    stack.callback(targets.aclose)
    catalogue = Catalogue(
        offline_models, ModelCache(database), wire.catalogue, targets, own_settings, wire.management
    )
    store = ConversationStore(database)
    conversations = Conversations(store)

    def chat() -> ChatService:
        from workbench.services.chat import ChatService
        from workbench.storage.exchanges import ExchangeStore

        return ChatService(store, ExchangeStore(database), conversations, targets, catalogue, wire.chat)

    asking = cast("ChatService", Late(chat))

    @cache
    def images() -> ImagesDesk:
        from workbench.ui.long_work import PicturesShown
        from workbench.ui.support.pixels import QtPixels

        pixels = QtPixels()
        stack.callback(pixels.close)
        desk = desks.images_desk(
            targets,
            catalogue,
            wire,
            database,
            paths,
            asking,
            pixels,
            per_model=lambda: front.settings.value.images_at_once,
        )
        stack.push_async_callback(desk.aclose)
        _show_work(front, stack, PicturesShown(desk.queue), desk.queue.on_change)
        return desk

    @cache
    def speech() -> SpeechDesk:
        from workbench.ui.long_work import HearingShown

        desk = desks.speech_desk(targets, catalogue, wire, database, paths)
        stack.push_async_callback(desk.aclose)
        _show_work(front, stack, HearingShown(desk.takes), desk.takes.on_change)
        return desk

    @cache
    def embeddings() -> EmbeddingsDesk:
        from workbench.ui.long_work import EmbeddingShown

        desk = desks.embeddings_desk(targets, catalogue, wire, database, paths)
        stack.push_async_callback(desk.aclose)
        _show_work(front, stack, EmbeddingShown(desk.runs), desk.runs.on_change)
        return desk

    async def resume_embeddings() -> None:
        from workbench.storage.text_sets import EmbeddingRunStore

        if await EmbeddingRunStore(database).left_behind():
            await embeddings().load()

    async def resume_speech() -> None:
        from workbench.storage.speech_batches import SpeechBatchStore
        from workbench.storage.takes import TakeStore

        stores = (TakeStore(database), SpeechBatchStore(database))
        if any([await store.left_behind() for store in stores]):
            await speech().load()

    async def resume_images() -> None:
        from workbench.storage.image_jobs import ImageJobStore

        if await ImageJobStore(database).left_behind():
            await images().queue.load()

    await conversations.tidy()
    await targets.load()
    return Services(
        targets=targets,
        conversations=conversations,
        catalogue=catalogue,
        chat=asking,
        doctor=lambda: desks.doctor(targets, catalogue, wire),
        gateway=gateway,
        gateway_desk=lambda: desks.gateway_desk(gateway, targets, wire, database),
        route_desk=lambda: desks.route_desk(gateway, targets, catalogue, wire, database),
        images_desk=images,
        resume_images=resume_images,
        speech_desk=speech,
        resume_speech=resume_speech,
        embeddings_desk=embeddings,
        resume_embeddings=resume_embeddings,
        route_ways=cast("RouteWays", Late(lambda: desks.route_ways(targets, wire))),
        keychain=secrets,
        find_servers=partial(desks.local_servers, wire),
        shared_routes=cast("SharedRoutes", Late(lambda: desks.shared_routes(wire))),
        data=partial(_your_data, paths),
        updates=cast("Updates", Late(lambda: _updates(wire))),
        successor=cast("Successor", Late(_successor)),
    )


def _show_work(
    front: Front,
    stack: AsyncExitStack,
    look: Callable[[], Iterable[Shown]],
    on_change: Callable[[Callable[[object], None]], Callable[[], None]],
) -> None:
    """Among the running work, whichever tab is in front."""
    from workbench.ui.long_work import LongWork

    work = LongWork(front.running, look, front)
    work.tasks.failed.connect(front.notifier.error)
    stack.push_async_callback(work.aclose)
    stack.callback(on_change(work.changed))


def _your_data(paths: Paths) -> YourData:
    from workbench.services.data.desk import YourData

    return YourData(paths)


def _updates(wire: Wire) -> Updates:
    from workbench.services.updates import Updates

    return Updates(wire.updates)


def _successor() -> Successor:
    from workbench.services.successor import Successor

    return Successor()


async def _forget_keys(paths: Paths, secrets: SecretStore) -> None:
    """Of data that was moved aside, before anybody asks for them."""
    from workbench.storage.takeover import keys_to_forget

    if keys_to_forget(paths):
        from workbench.services.data.keys import forget_left

        await forget_left(paths, secrets)
