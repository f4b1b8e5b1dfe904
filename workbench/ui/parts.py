"""What the window is made of once the services are there: all that a tab may be built from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from workbench.services.catalogue import Catalogue
    from workbench.services.chat import ChatService
    from workbench.services.conversations import Conversations
    from workbench.services.data.desk import YourData
    from workbench.services.discovery import FoundServer
    from workbench.services.doctor import Doctor
    from workbench.services.embeddings.desk import EmbeddingsDesk
    from workbench.services.gateway import LocalGateway
    from workbench.services.gateway_desk import GatewayDesk
    from workbench.services.images.desk import ImagesDesk
    from workbench.services.route_desk import RouteDesk
    from workbench.services.route_ways import RouteWays
    from workbench.services.shared_routes import SharedRoutes
    from workbench.services.speech.desk import SpeechDesk
    from workbench.services.successor import Successor
    from workbench.services.targets import TargetService
    from workbench.services.updates import Updates
    from workbench.ui.errands import Errands
    from workbench.ui.preferences.model import Keychain
    from workbench.ui.shell.main_window import MainWindow
    from workbench.ui.support.commands import CommandRegistry
    from workbench.ui.support.frames import FrameClock
    from workbench.ui.support.notify import Notifier
    from workbench.ui.support.settings import SettingsModel
    from workbench.ui.support.targets import TargetsModel
    from workbench.ui.support.theme import Theme
    from workbench.ui.support.updates import UpdatesModel
    from workbench.ui.support.work import RunningWork


class Services(NamedTuple):
    """The use cases, as app.py has opened them. doctor, gateway_desk, route_desk, data: make one. images_desk, speech_desk, embeddings_desk: give the one there is, which works on without its tab. resume_…: go on with what an earlier run left. find_servers: model servers on this machine. shared_routes: what links bring."""

    targets: TargetService
    conversations: Conversations
    catalogue: Catalogue
    chat: ChatService
    doctor: Callable[[], Doctor]
    gateway: LocalGateway
    gateway_desk: Callable[[], GatewayDesk]
    route_desk: Callable[[], RouteDesk]
    images_desk: Callable[[], ImagesDesk]
    resume_images: Callable[[], Awaitable[None]]
    speech_desk: Callable[[], SpeechDesk]
    resume_speech: Callable[[], Awaitable[None]]
    embeddings_desk: Callable[[], EmbeddingsDesk]
    resume_embeddings: Callable[[], Awaitable[None]]
    route_ways: RouteWays
    keychain: Keychain
    find_servers: Callable[[], Awaitable[Sequence[FoundServer]]]
    shared_routes: SharedRoutes
    data: Callable[[], YourData]
    updates: Updates
    successor: Successor


class Parts(NamedTuple):
    """All that a tab may be built from. on_close: takes what is to be awaited before the services close.

    commands: the registry; it is made at the first call, which is not before the first tab can be used.
    when_idle: takes what can wait until the first tab can be used; afterwards it is done at once.
    restart: closes the window and starts the program again.
    """

    window: MainWindow
    theme: Theme
    frames: FrameClock
    commands: Callable[[], CommandRegistry]
    notifier: Notifier
    running: RunningWork
    settings: SettingsModel
    targets: TargetsModel
    errands: Errands
    on_close: Callable[[Callable[[], Awaitable[object]]], object]
    when_idle: Callable[[Callable[[], object]], None]
    restart: Callable[[], None]
    updates: UpdatesModel
    services: Services
