"""The tabs and pages of the window: one entry each, and how each is built from the services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from workbench.ui.shell.main_window import Place

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from workbench.domain.routes.elements import Route
    from workbench.ui.chat.tab import ChatTab
    from workbench.ui.parts import Parts
    from workbench.ui.support.pages import Page


def _chat(parts: Parts) -> Page:
    from workbench.ui.chat.catalogue import CatalogueModel
    from workbench.ui.chat.model import ChatModel
    from workbench.ui.chat.tab import ChatTab

    services, errands = parts.services, parts.errands
    catalogue = CatalogueModel(services.catalogue, parts.notifier, parts.window)
    model = ChatModel(
        services.chat,
        services.conversations,
        catalogue,
        parts.notifier,
        parts.running,
        parts.window,
        ways=services.route_ways,
    )
    tab = ChatTab(
        model,
        parts.theme,
        parts.frames,
        parts.settings,
        parts.notifier,
        parts.window.host,
        when_idle=parts.when_idle,
    )
    tab.title_changed.connect(parts.window.refresh_title)
    tab.connection_wanted.connect(errands.open_connection)
    tab.doctor_wanted.connect(lambda _model: errands.run_doctor())
    tab.route_wanted.connect(errands.show_route)
    tab.try_wanted.connect(errands.try_on_route)
    errands.text_wanted.connect(tab.write)
    errands.chat_wanted.connect(tab.new_chat)
    errands.chat_file_wanted.connect(model.open_file)
    errands.model_wanted.connect(lambda wanted: model.set_model(wanted) if wanted else tab.choose_model())
    parts.targets.current_changed.connect(tab.show_target)
    tab.show_target(parts.targets.current)
    parts.when_idle(partial(_add_commands, parts, tab))
    model.thread_loaded.connect(lambda: parts.window.filled.emit("chat"))
    parts.when_idle(partial(_welcome, parts, tab.middle.offer))
    model.load()
    return tab.page()


def _add_commands(parts: Parts, tab: ChatTab) -> None:
    from workbench.ui.chat.commands import ChatCommands

    parts.commands().add(*ChatCommands(tab).all())


def _welcome(parts: Parts, show: Callable[[QWidget], None]) -> None:
    """The card of the first start. It belongs to the connections, and stands where the first question is asked."""
    from workbench.ui.targets.welcome import WelcomeCard
    from workbench.ui.targets.welcome_model import WelcomeModel

    if parts.settings.value.welcome_dismissed:
        return
    services = parts.services
    model = WelcomeModel(
        services.targets, parts.targets, parts.settings, services.find_servers, parts.notifier, parts.window
    )
    parts.on_close(model.aclose)
    model.connect_wanted.connect(parts.errands.enter_account)
    model.look()
    show(WelcomeCard(parts.theme, model))


def _gateway(parts: Parts) -> Page:
    from workbench.ui.gateway.commands import GatewayCommands
    from workbench.ui.gateway.model import GatewayModel
    from workbench.ui.gateway.tab import GatewayTab

    model = GatewayModel(parts.services.gateway_desk(), parts.notifier, parts.window)
    tab = GatewayTab(parts.theme, model, parts.notifier, parts.window.host)
    commands = GatewayCommands(tab, partial(parts.window.open, "gateway"))
    parts.when_idle(lambda: parts.commands().add(*commands.all()))
    return tab.page()


def _images(parts: Parts) -> Page:
    from workbench.ui.images.commands import ImagesCommands
    from workbench.ui.images.tab import ImagesTab
    from workbench.ui.support.pixels import QtPixels

    desk = parts.services.images_desk()
    assert isinstance(desk.pixels, QtPixels)  # app.py puts it in
    tab = ImagesTab(
        parts.theme, desk, desk.pixels, parts.settings, parts.notifier, parts.running, parts.window.host
    )
    tab.title_changed.connect(parts.window.refresh_title)
    tab.connection_wanted.connect(parts.errands.open_connection)
    parts.errands.pictures_wanted.connect(tab.take)
    parts.targets.current_changed.connect(tab.show_target)
    commands = ImagesCommands(tab, partial(parts.window.open, "images"))
    parts.when_idle(lambda: parts.commands().add(*commands.all()))
    tab.open()
    return tab.page()


def _speech(parts: Parts) -> Page:
    from workbench.ui.speech.commands import SpeechCommands
    from workbench.ui.speech.tab import SpeechTab

    tab = SpeechTab(
        parts.theme, parts.services.speech_desk(), parts.settings, parts.notifier, parts.window.host
    )
    tab.title_changed.connect(parts.window.refresh_title)
    tab.chat_wanted.connect(parts.errands.write_in_chat)
    tab.embeddings_wanted.connect(parts.errands.embed)
    tab.connection_wanted.connect(parts.errands.open_connection)
    parts.errands.sounds_wanted.connect(tab.take)
    parts.targets.current_changed.connect(tab.show_target)
    commands = SpeechCommands(tab, partial(parts.window.open, "speech"))
    parts.when_idle(lambda: parts.commands().add(*commands.all()))
    tab.open()
    return tab.page()


def _embeddings(parts: Parts) -> Page:
    from workbench.ui.embeddings.commands import EmbeddingsCommands
    from workbench.ui.embeddings.tab import EmbeddingsTab

    tab = EmbeddingsTab(
        parts.theme, parts.services.embeddings_desk(), parts.settings, parts.notifier, parts.window.host
    )
    tab.title_changed.connect(parts.window.refresh_title)
    tab.model.connection_wanted.connect(parts.errands.open_connection)
    parts.targets.current_changed.connect(tab.show_target)
    parts.errands.embedding_wanted.connect(tab.take_text)
    commands = EmbeddingsCommands(tab, partial(parts.window.open, "embeddings"))
    parts.when_idle(lambda: parts.commands().add(*commands.all()))
    tab.open()
    return tab.page()


def _routes(parts: Parts) -> Page:
    from workbench.domain.routes.arranging import settled
    from workbench.domain.routes.canvas import direction
    from workbench.ui.routes.canvas.geometry import size_of
    from workbench.ui.routes.commands import RoutesCommands
    from workbench.ui.routes.model import RoutesModel
    from workbench.ui.routes.tab import RoutesTab

    def with_places(route: Route) -> Route:
        return settled(route, partial(size_of, way=direction(route)))

    desk = parts.services.route_desk()
    model = RoutesModel(desk.files, desk.proof.lint, with_places, parts.notifier, parts.window)
    tab = RoutesTab(parts.theme, model, desk, parts.settings, parts.notifier, parts.running)
    tab.title_changed.connect(parts.window.refresh_title)
    parts.errands.route_wanted.connect(tab.show_route)
    parts.errands.dry_run_wanted.connect(tab.try_request)
    parts.errands.route_file_wanted.connect(model.open)
    parts.errands.route_text_wanted.connect(model.open_text)
    commands = RoutesCommands(tab, partial(parts.window.open, "routes"))
    parts.when_idle(lambda: parts.commands().add(*commands.all()))
    model.load(parts.settings.value.last_route)
    return tab.page()


def _connections(parts: Parts) -> Page:
    from workbench.ui.targets.model import ConnectionsModel
    from workbench.ui.targets.page import TargetsPage

    model = ConnectionsModel(parts.services.targets, parts.targets, parts.notifier, parts.window)
    model.doctor_wanted.connect(parts.errands.run_doctor)
    parts.errands.connection_wanted.connect(lambda target_id: model.open(target_id or model.current_id))
    parts.errands.account_wanted.connect(model.open_new)
    parts.errands.connection_file_wanted.connect(model.import_file)
    parts.errands.connection_offered.connect(lambda target: model.open_new(target.kind, target))
    return TargetsPage(parts.theme, model, parts.notifier).page()


def _doctor(parts: Parts) -> Page:
    from workbench.ui.doctor.model import DoctorModel
    from workbench.ui.doctor.page import DoctorPage

    model = DoctorModel(parts.services.doctor(), parts.targets, parts.notifier, parts.window)
    model.connection_wanted.connect(parts.errands.open_connection)
    model.model_wanted.connect(parts.errands.choose_model)
    parts.errands.doctor_wanted.connect(
        lambda target_id: model.run_for(target_id or parts.targets.current.id)
    )
    return DoctorPage(parts.theme, model).page()


def _about(parts: Parts) -> Page:
    import PySide6
    from PySide6.QtCore import qVersion
    from PySide6.QtGui import QGuiApplication

    from workbench.services import about
    from workbench.ui.about.model import AboutModel, Host
    from workbench.ui.about.page import AboutPage

    host = Host(about.system(), qVersion(), PySide6.__version__, QGuiApplication.platformName())
    model = AboutModel(
        parts.services.successor.running,
        host,
        about.program_folder(),
        parts.services.data(),
        about.notices,
        parts.window,
    )
    page = AboutPage(parts.theme, model, parts.updates, parts.notifier)
    page.settings_wanted.connect(partial(parts.window.open, "preferences"))
    return page.page()


def _preferences(parts: Parts) -> Page:
    from workbench.ui.preferences.data_model import DataModel
    from workbench.ui.preferences.model import PreferencesModel
    from workbench.ui.preferences.page import PreferencesPage
    from workbench.ui.support.pages import Page

    services = parts.services
    data = DataModel(services.data(), parts.settings, parts.running, parts.restart, parts.window)
    data.failed.connect(parts.notifier.error)
    model = PreferencesModel(
        parts.settings,
        services.gateway,
        services.targets,
        parts.targets,
        services.keychain,
        data,
        parts.updates,
        parts.window,
    )
    model.failed.connect(parts.notifier.error)
    model.about_wanted.connect(partial(parts.window.open, "about"))
    page = PreferencesPage(parts.theme, model, parts.notifier)
    return Page(page, focus=page.search.setFocus, aclose=model.aclose)


class TabSpec(NamedTuple):
    """One entry. title: marked for translation in the context “Tabs”. build imports what it needs when it is called; module: brings
    the most of that.
    """

    id: str
    title: str
    icon: str
    build: Callable[[Parts], Page]
    module: str
    shortcut: str = ""
    on_rail: bool = True
    low: bool = False


# The titles stand in QT_TRANSLATE_NOOP so that pyside6-lupdate finds them; they are looked up when they are shown.
TABS: Sequence[TabSpec] = (
    TabSpec(
        "chat",
        str(QT_TRANSLATE_NOOP("Tabs", "Chat")),
        "messages-square",
        _chat,
        "workbench.ui.chat.tab",
        "Ctrl+1",
    ),
    TabSpec(
        "images",
        str(QT_TRANSLATE_NOOP("Tabs", "Images")),
        "image",
        _images,
        "workbench.ui.images.tab",
        "Ctrl+2",
    ),
    TabSpec(
        "speech",
        str(QT_TRANSLATE_NOOP("Tabs", "Speech")),
        "audio-lines",
        _speech,
        "workbench.ui.speech.tab",
        "Ctrl+3",
    ),
    TabSpec(
        "embeddings",
        str(QT_TRANSLATE_NOOP("Tabs", "Embeddings")),
        "chart-scatter",
        _embeddings,
        "workbench.ui.embeddings.tab",
        "Ctrl+4",
    ),
    TabSpec(
        "routes",
        str(QT_TRANSLATE_NOOP("Tabs", "Routes")),
        "waypoints",
        _routes,
        "workbench.ui.routes.tab",
        "Ctrl+5",
    ),
    TabSpec(
        "gateway",
        str(QT_TRANSLATE_NOOP("Tabs", "Gateway")),
        "router",
        _gateway,
        "workbench.ui.gateway.tab",
        "Ctrl+6",
    ),
    TabSpec(
        "connections",
        str(QT_TRANSLATE_NOOP("Tabs", "Connections")),
        "plug",
        _connections,
        "workbench.ui.targets.page",
        "Ctrl+Shift+T",
        on_rail=False,
    ),
    TabSpec(
        "doctor",
        str(QT_TRANSLATE_NOOP("Tabs", "Doctor")),
        "stethoscope",
        _doctor,
        "workbench.ui.doctor.page",
        "Ctrl+Shift+D",
        low=True,
    ),
    TabSpec(
        "preferences",
        str(QT_TRANSLATE_NOOP("Tabs", "Settings")),
        "settings",
        _preferences,
        "workbench.ui.preferences.page",
        "Ctrl+,",
        low=True,
    ),
    TabSpec(
        "about",
        str(QT_TRANSLATE_NOOP("Tabs", "About AI Workbench")),
        "info",
        _about,
        "workbench.ui.about.page",
        on_rail=False,
    ),
)


def places() -> list[Place]:
    """The entries as the window takes them."""
    return [
        Place(
            tab.id,
            QCoreApplication.translate("Tabs", tab.title),
            tab.icon,
            tab.shortcut,
            tab.on_rail,
            tab.low,
        )
        for tab in TABS
    ]
