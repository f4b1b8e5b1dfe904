"""What each tab works with, wired together when the tab is opened first: the imports are in the functions, for no start waits for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.services.catalogue import Catalogue
    from workbench.services.chat import ChatService
    from workbench.services.deployments import Deployments
    from workbench.services.discovery import FoundServer
    from workbench.services.doctor import Doctor
    from workbench.services.embeddings.desk import EmbeddingsDesk
    from workbench.services.gateway import LocalGateway
    from workbench.services.gateway_desk import GatewayDesk
    from workbench.services.images.desk import ImagesDesk
    from workbench.services.images.pixels import Pixels
    from workbench.services.route_desk import RouteDesk
    from workbench.services.route_ways import RouteWays
    from workbench.services.shared_routes import SharedRoutes
    from workbench.services.speech.desk import SpeechDesk
    from workbench.services.targets import TargetService
    from workbench.services.wire import Wire
    from workbench.storage.database import Database
    from workbench.storage.paths import Paths


def images_desk(
    targets: TargetService,
    catalogue: Catalogue,
    wire: Wire,
    database: Database,
    paths: Paths,
    chat: ChatService,
    pixels: Pixels,
    per_model: Callable[[], int],
) -> ImagesDesk:
    """per_model: how many pictures to ask one model for at once, as it is wished now."""
    from workbench.services.images.desk import ImagesDesk
    from workbench.services.images.gallery import Gallery
    from workbench.services.images.generation import Generation
    from workbench.services.images.incoming import IncomingPictures
    from workbench.services.images.models import ImageAbilities, ImageModels
    from workbench.services.images.queue import ImageQueue
    from workbench.services.images.repeat import Repeats
    from workbench.services.images.try_on import TryOn
    from workbench.storage.catalogue import provider_image_models
    from workbench.storage.exchanges import ExchangeStore
    from workbench.storage.image_files import ImageFiles
    from workbench.storage.image_jobs import ImageJobStore
    from workbench.storage.image_thumbnails import ImageThumbnails
    from workbench.storage.images import ImageStore

    thumbnails, records = ImageThumbnails(paths.thumbnails), ExchangeStore(database)
    models = ImageModels(catalogue, targets, provider_image_models)
    abilities = ImageAbilities(models, wire.catalogue, targets)
    gallery = Gallery(ImageStore(database), ImageFiles(paths.images), thumbnails, pixels)
    generation = Generation(targets, models, abilities, wire.images, gallery, records, pixels)
    queue = ImageQueue(ImageJobStore(database), generation, per_model=per_model)
    return ImagesDesk(
        targets=targets,
        catalogue=models,
        abilities=abilities,
        queue=queue,
        gallery=gallery,
        incoming=IncomingPictures(gallery, pixels),
        repeats=Repeats(generation, gallery, pixels),
        try_on=TryOn(targets, chat, models, abilities, queue, gallery, pixels, records),
        pixels=pixels,
        exchange=generation.exchange,
        closing=(queue.aclose, thumbnails.aclose),
    )


def speech_desk(
    targets: TargetService, catalogue: Catalogue, wire: Wire, database: Database, paths: Paths
) -> SpeechDesk:
    from workbench.services.speech.batch import Batches
    from workbench.services.speech.desk import SpeechDesk
    from workbench.services.speech.examples import Examples
    from workbench.services.speech.hearing import Hearing
    from workbench.services.speech.library import Recordings
    from workbench.services.speech.loudness import Measure
    from workbench.services.speech.models import SpeechModels
    from workbench.services.speech.reuse import Reuse
    from workbench.services.speech.samples import SampleCache
    from workbench.services.speech.speaking import Speaking
    from workbench.services.speech.takes import Takes
    from workbench.storage.audio_files import OwnAudio
    from workbench.storage.exchanges import ExchangeStore
    from workbench.storage.recordings import RecordingStore, SpokenStore
    from workbench.storage.speech_batches import SpeechBatchStore
    from workbench.storage.takes import TakeStore
    from workbench.ui.support.audio.decoder import QtDecoder

    records = ExchangeStore(database)
    models = SpeechModels(catalogue, wire.catalogue, targets)
    cache = SampleCache(paths.samples, QtDecoder())
    recordings = Recordings(RecordingStore(database), OwnAudio(paths.recordings), cache)
    hearing = Hearing(
        targets,
        models,
        wire.hearing,
        recordings,
        lambda samples: Measure().take(samples).loudness,
        records,
    )
    takes = Takes(TakeStore(database), hearing)
    batches = Batches(SpeechBatchStore(database), recordings, takes)
    speaking = Speaking(
        targets,
        models,
        wire.speaking,
        SpokenStore(database),
        OwnAudio(paths.spoken),
        records,
        recordings,
        takes,
    )
    reuse = Reuse(speaking, recordings, paths.runtime)
    return SpeechDesk(
        targets=targets,
        models=models,
        recordings=recordings,
        takes=takes,
        batches=batches,
        speaking=speaking,
        reuse=reuse,
        examples=Examples(targets, models, speaking, reuse),
        translate=wire.translation.translate,
        folder=paths.recordings,
        closing=(batches.aclose, takes.aclose, cache.aclose),
    )


def embeddings_desk(
    targets: TargetService, catalogue: Catalogue, wire: Wire, database: Database, paths: Paths
) -> EmbeddingsDesk:
    from workbench.services.embeddings.desk import EmbeddingsDesk
    from workbench.services.embeddings.embedding import Embedding
    from workbench.services.embeddings.maps import Maps
    from workbench.services.embeddings.models import EmbeddingModels
    from workbench.services.embeddings.own import Own
    from workbench.services.embeddings.runs import Runs
    from workbench.storage.embedding_maps import EmbeddingMapFiles
    from workbench.storage.exchanges import ExchangeStore
    from workbench.storage.own_vectors import OwnVectorStore
    from workbench.storage.text_sets import EmbeddingRunStore, TextSetStore
    from workbench.storage.vector_cache import VectorCache

    models = EmbeddingModels(catalogue, wire.catalogue, targets)
    sets, cache = TextSetStore(database), VectorCache(paths.vectors)
    calls = Embedding(targets, models, wire.embeddings, cache, ExchangeStore(database))
    runs = Runs(EmbeddingRunStore(database), sets, calls)
    return EmbeddingsDesk(
        targets=targets,
        models=models,
        calls=calls,
        sets=sets,
        runs=runs,
        own=Own(OwnVectorStore(database, paths.own_vectors)),
        maps=Maps(EmbeddingMapFiles(paths.embedding_maps)),
        closing=(runs.aclose, cache.aclose),
    )


def doctor(targets: TargetService, catalogue: Catalogue, wire: Wire) -> Doctor:
    from workbench.services.doctor import Doctor

    return Doctor(targets, catalogue, wire.probe, wire.chat)


def _deployments(targets: TargetService, wire: Wire, database: Database) -> Deployments:
    from workbench.services.deployments import Deployments, user_name
    from workbench.storage.catalogue import offline_models
    from workbench.storage.route_deployments import DeploymentRecords

    records = DeploymentRecords(database)
    return Deployments(targets, wire.management, offline_models, records, who=user_name())


def gateway_desk(
    gateway: LocalGateway, targets: TargetService, wire: Wire, database: Database
) -> GatewayDesk:
    from workbench.services.gateway_desk import GatewayDesk
    from workbench.services.gateway_providers import GatewayProviders
    from workbench.services.gateway_requests import GatewayRequests
    from workbench.services.gateway_settings import GatewaySettingsDesk

    deployments = _deployments(targets, wire, database)
    return GatewayDesk(
        gateway,
        targets,
        wire.desk,
        requests=GatewayRequests(targets, wire.desk, wire.logs),
        providers=GatewayProviders(targets, wire.desk, wire.catalogue, partial(local_servers, wire)),
        gateways=GatewaySettingsDesk(targets, wire.desk, wire.management, deployments),
    )


def route_ways(targets: TargetService, wire: Wire) -> RouteWays:
    from workbench.services.route_ways import RouteWays

    return RouteWays(targets, wire.desk)


def shared_routes(wire: Wire) -> SharedRoutes:
    from workbench.services.shared_routes import SharedRoutes

    return SharedRoutes(wire.files)


def route_desk(
    gateway: LocalGateway, targets: TargetService, catalogue: Catalogue, wire: Wire, database: Database
) -> RouteDesk:
    from workbench.services.gateway_providers import GatewayProviders
    from workbench.services.gateway_requests import GatewayRequests
    from workbench.services.route_desk import RouteDesk, with_addresses
    from workbench.services.route_files import RouteFiles
    from workbench.services.route_odds import RouteOdds
    from workbench.services.route_proof import RouteProof
    from workbench.services.route_replay import RouteReplay
    from workbench.services.route_suggestions import RouteSuggestions
    from workbench.services.route_watch import RouteWatch
    from workbench.storage import route_files
    from workbench.storage.route_drafts import RouteDrafts

    requests = GatewayRequests(targets, wire.desk, wire.logs)
    providers = GatewayProviders(targets, wire.desk, wire.catalogue, partial(local_servers, wire))
    odds = RouteOdds(catalogue)
    return RouteDesk(
        files=RouteFiles(route_files, RouteDrafts(database)),
        proof=RouteProof(requests, catalogue, providers),
        suggestions=RouteSuggestions(requests, catalogue),
        odds=odds,
        replay=RouteReplay(requests, odds.price_of),
        watch=RouteWatch(targets, wire.desk, requests, wire.route_probe),
        deployments=_deployments(targets, wire, database),
        targets=lambda: with_addresses(targets.targets, gateway.state.address),
        gateway=gateway,
    )


async def local_servers(wire: Wire) -> list[FoundServer]:
    from workbench.services.discovery import local_servers

    return await local_servers(wire.probe)
