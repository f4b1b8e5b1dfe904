"""The three clients of speech (see `ways` for which request goes where)."""

from __future__ import annotations

import asyncio
import re

from workbench.client.connection import HttpClient, Timeouts
from workbench.client.failures import ModelOf, replacing
from workbench.client.media_calls import KEPT_BYTES, Came, called
from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload
from workbench.client.recording import MAX_BODY_BYTES, Recorder, recorded
from workbench.client.speech import hearing_bodies, speaking_bodies, translations
from workbench.client.speech.heard import heard_in
from workbench.client.speech.spoken import spoken_in
from workbench.client.speech.translations import M2M100
from workbench.client.speech.ways import hearing_way_of, speaking_way_of, translating_way_of
from workbench.domain.chat import GatewayOptions
from workbench.domain.errors import Failure, InvalidInput, RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.speech.requests import HearingReply, HearingRequest, SpeakingReply, SpeakingRequest
from workbench.domain.targets import Connection

PATIENCE = Timeouts(first_byte_s=300.0, idle_s=60.0)
"""A model may listen for minutes before it says a word."""
_ABOUT_FORMAT = re.compile(r"response_format|verbose_json|timestamp_granularities", re.IGNORECASE)


class _Client:
    """model_of: facts of a model by its id, for the successor of a retired one; None where nothing is known."""

    def __init__(
        self, http: HttpClient, *, model_of: ModelOf | None = None, timeouts: Timeouts = PATIENCE
    ) -> None:
        self._http = http
        self._replacement_of = replacing(model_of)
        self._timeouts = timeouts

    async def _called(self, way: MediaWay, payload: Payload, recorder: Recorder) -> Came:
        return await called(self._http, way, payload, recorder, self._timeouts)


class HearingClient(_Client):
    """Speech to text."""

    async def hear(self, connection: Connection, request: HearingRequest, exchange: Exchange) -> HearingReply:
        """One attempt: who waits and asks again is the caller. Cancel it to stop; the connection goes at once.

        A recording in which nothing is said gives a transcript without segments, or a refusal, as the model likes. exchange
        is filled in as it happens, masked, also on failure and cancel; in place of the recording it keeps a word. Raises
        RequestFailed and InvalidInput.
        """
        with recorded(exchange, self._http.clock, max_body_bytes=MAX_BODY_BYTES) as recorder:
            request.gateway.check()
            if not request.audio:
                raise InvalidInput("The recording is empty.", field="audio", fix="Choose another one.")
            way = hearing_way_of(connection, request, self._replacement_of)
            try:
                return await self._heard(way, request, recorder)
            except RequestFailed as error:
                if not _is_about_format(error) or not hearing_bodies.may_be_asked_plainly(request):
                    raise
                recorder.retried(error, 0.0)
            return await self._heard(way, request, recorder, plain=True)

    async def _heard(
        self, way: MediaWay, request: HearingRequest, recorder: Recorder, *, plain: bool = False
    ) -> HearingReply:
        payload = await asyncio.to_thread(hearing_bodies.payload_of, request, way, plain=plain)
        came = await self._called(way, payload, recorder)
        heard = await asyncio.to_thread(
            heard_in, came.status, came.headers, came.body, way.asked, seconds=request.seconds
        )
        return HearingReply(heard.transcript, heard.neurons, came.served)


class SpeakingClient(_Client):
    """Text to speech."""

    async def speak(
        self, connection: Connection, request: SpeakingRequest, exchange: Exchange
    ) -> SpeakingReply:
        """One attempt, as HearingClient.hear makes it; of the speech the exchange keeps the beginning."""
        with recorded(exchange, self._http.clock, max_body_bytes=KEPT_BYTES) as recorder:
            request.gateway.check()
            _check_text(request)
            way = speaking_way_of(connection, request, self._replacement_of)
            came = await self._called(way, speaking_bodies.payload_of(request, way), recorder)
            spoken = await asyncio.to_thread(
                spoken_in, came.status, came.headers, came.body, way.asked, request.options
            )
            return SpeakingReply(spoken.audio, spoken.media_type, spoken.neurons, came.served)


class TranslationClient(_Client):
    """Text in one language to text in another."""

    async def translate(
        self,
        connection: Connection,
        text: str,
        source: str,
        target: str,
        exchange: Exchange,
        *,
        model: str = M2M100,
        gateway: GatewayOptions | None = None,
    ) -> str:
        """One attempt, as HearingClient.hear makes it. source, target: as the model names languages, "en" or "hin_Deva"."""
        with recorded(exchange, self._http.clock) as recorder:
            options = gateway or GatewayOptions()
            options.check()
            way = translating_way_of(connection, model, options, self._replacement_of)
            came = await self._called(way, translations.payload_of(text, source, target, way), recorder)
            return translations.translated_in(came.status, came.headers, came.body, way.asked)


def _check_text(request: SpeakingRequest) -> None:
    if not request.text.strip():
        raise InvalidInput("There is nothing to say.", field="text", fix="Write some text first.")
    most = request.abilities.most_characters
    if most is not None and len(request.text) > most:
        raise InvalidInput(
            f"The text is too long for “{request.model}”.",
            field="text",
            why=f"It takes {most:,} characters at a time; the text has {len(request.text):,}.",
            fix="Shorten it, or have it spoken in pieces.",
        )


def _is_about_format(error: RequestFailed) -> bool:
    """A server that cannot tell times says so about one of these fields."""
    return error.failure is Failure.BAD_REQUEST and bool(_ABOUT_FORMAT.search(error.why))
