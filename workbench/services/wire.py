"""The clients as the services share them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from workbench.client.catalogue import CatalogueClient
    from workbench.client.chat import ChatClient
    from workbench.client.connection import HttpClient
    from workbench.client.embeddings.client import EmbeddingClient
    from workbench.client.files import FileClient
    from workbench.client.gateway_control import GatewayControl
    from workbench.client.gateway_desk import GatewayDesk
    from workbench.client.gateway_logs import GatewayLogs
    from workbench.client.images.client import ImageClient
    from workbench.client.management import ManagementClient
    from workbench.client.probe import ProbeClient
    from workbench.client.route_probe import RouteProbe
    from workbench.client.speech.client import HearingClient, SpeakingClient, TranslationClient
    from workbench.client.updates import UpdateClient
    from workbench.domain.models import Model


class Wire:
    """The clients, each imported and made at its first call: none of them is needed before somebody asks something.

    model_of: the catalogue's facts of a model, which shape a chat request.
    """

    def __init__(self, model_of: Callable[[str], Model]) -> None:
        self._model_of = model_of
        self._http: HttpClient | None = None
        self.chat = cast("ChatClient", Late(self._chat))
        self.catalogue = cast("CatalogueClient", Late(self._catalogue))
        self.probe = cast("ProbeClient", Late(self._probe))
        self.control = cast("GatewayControl", Late(self._control))
        self.desk = cast("GatewayDesk", Late(self._desk))
        self.logs = cast("GatewayLogs", Late(self._logs))
        self.management = cast("ManagementClient", Late(self._management))
        self.images = cast("ImageClient", Late(self._images))
        self.hearing = cast("HearingClient", Late(self._hearing))
        self.speaking = cast("SpeakingClient", Late(self._speaking))
        self.translation = cast("TranslationClient", Late(self._translation))
        self.embeddings = cast("EmbeddingClient", Late(self._embeddings))
        self.route_probe = cast("RouteProbe", Late(self._route_probe))
        self.files = cast("FileClient", Late(self._files))
        self.updates = cast("UpdateClient", Late(self._updates))

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()

    def _client(self) -> HttpClient:
        if self._http is None:
            from workbench.client.connection import HttpClient

            self._http = HttpClient()
        return self._http

    def _chat(self) -> ChatClient:
        from workbench.client.chat import ChatClient

        return ChatClient(self._client(), model_of=self._model_of)

    def _catalogue(self) -> CatalogueClient:
        from workbench.client.catalogue import CatalogueClient

        return CatalogueClient(self._client())

    def _probe(self) -> ProbeClient:
        from workbench.client.probe import ProbeClient

        return ProbeClient(self._client())

    def _control(self) -> GatewayControl:
        from workbench.client.gateway_control import GatewayControl

        return GatewayControl(self._client())

    def _desk(self) -> GatewayDesk:
        from workbench.client.gateway_desk import GatewayDesk

        return GatewayDesk(self._client())

    def _logs(self) -> GatewayLogs:
        from workbench.client.gateway_logs import GatewayLogs

        return GatewayLogs(self._client())

    def _images(self) -> ImageClient:
        from workbench.client.images.client import ImageClient

        return ImageClient(self._client(), model_of=self._model_of)

    def _hearing(self) -> HearingClient:
        from workbench.client.speech.client import HearingClient

        return HearingClient(self._client(), model_of=self._model_of)

    def _speaking(self) -> SpeakingClient:
        from workbench.client.speech.client import SpeakingClient

        return SpeakingClient(self._client(), model_of=self._model_of)

    def _translation(self) -> TranslationClient:
        from workbench.client.speech.client import TranslationClient

        return TranslationClient(self._client(), model_of=self._model_of)

    def _embeddings(self) -> EmbeddingClient:
        from workbench.client.embeddings.client import EmbeddingClient

        return EmbeddingClient(self._client(), model_of=self._model_of)

    def _management(self) -> ManagementClient:
        from workbench.client.management import ManagementClient

        return ManagementClient(self._client())

    def _files(self) -> FileClient:
        from workbench.client.files import FileClient

        return FileClient(self._client())

    def _updates(self) -> UpdateClient:
        from workbench.client.updates import UpdateClient

        return UpdateClient()  # with no connection in common with the others

    def _route_probe(self) -> RouteProbe:
        from workbench.client.route_probe import RouteProbe

        return RouteProbe(self._client())


class Late:
    """Stands for an object that is made when one of its methods is first asked for."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._made: object | None = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = self._make()
        return getattr(self._made, name)
