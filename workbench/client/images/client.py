"""Pictures over four shapes, one reply (see `ways` for which request goes where)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from workbench.client.bad_replies import elsewhere
from workbench.client.connection import Call, HttpClient, Timeouts
from workbench.client.failures import Asked, Door, ModelOf, replacing
from workbench.client.images import generate, images, run, run_form
from workbench.client.images.replies import Found, found_in
from workbench.client.images.ways import image_way_of
from workbench.client.media_calls import KEPT_BYTES, called, whole_body
from workbench.client.media_ways import MediaWay
from workbench.client.network import is_loopback
from workbench.client.payloads import Payload
from workbench.client.recording import Recorder, recorded
from workbench.domain.errors import RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.images.abilities import Shape
from workbench.domain.images.requests import ImageReply, ImageRequest
from workbench.domain.targets import Connection

PATIENCE = Timeouts(first_byte_s=60.0, idle_s=60.0)
_MAKERS: dict[Shape, Callable[[ImageRequest, MediaWay], Payload]] = {
    Shape.RUN: run.payload_of,
    Shape.RUN_FORM: run_form.payload_of,
    Shape.GENERATE: generate.payload_of,
    Shape.IMAGES: images.payload_of,
}


class ImageClient:
    """model_of: facts of a model by its id, for the successor of a retired one; None where nothing is known."""

    def __init__(
        self,
        http: HttpClient,
        *,
        model_of: ModelOf | None = None,
        timeouts: Timeouts = PATIENCE,
    ) -> None:
        self._http = http
        self._replacement_of = replacing(model_of)
        self._timeouts = timeouts

    async def generate(self, connection: Connection, request: ImageRequest, exchange: Exchange) -> ImageReply:
        """One attempt: who waits and asks again is the caller. Cancel it to stop; the connection goes at once.

        exchange is filled in as it happens, masked, also on failure and cancel; of pictures, sent or received, it keeps no
        more than a word or a beginning. Raises RequestFailed and InvalidInput.
        """
        with recorded(exchange, self._http.clock, max_body_bytes=KEPT_BYTES) as recorder:
            request.options.check()
            way = image_way_of(connection, request, self._replacement_of)
            payload = await asyncio.to_thread(_MAKERS[request.abilities.shape], request, way)
            came = await called(self._http, way, payload, recorder, self._timeouts)
            found = await asyncio.to_thread(found_in, came.status, came.headers, came.body, way.asked)
            _tell_losses(found, recorder)
            return ImageReply(
                (*found.images, *await self._linked(found, way.asked, recorder)),
                found.text,
                found.neurons,
                found.tokens_in,
                found.tokens_out,
                came.served,
            )

    async def _linked(self, found: Found, asked: Asked, recorder: Recorder) -> list[bytes]:
        """Those that can be had; raises RequestFailed where that leaves none at all."""
        fetched: list[bytes] = []
        for number, link in enumerate(found.links, start=1):
            try:
                fetched.append(await self._fetched(link, asked))
            except RequestFailed as error:
                if number == len(found.links) and not fetched and not found.images:
                    raise
                recorder.troubled(error.what)
        return fetched

    async def _fetched(self, link: str, asked: Asked) -> bytes:
        """The picture that a server left lying at an address, asked for without credentials."""
        if not link.lower().startswith("https:") and not is_loopback(link):
            raise elsewhere(asked, link)
        call = Call("GET", link, Asked(Door.SERVER, "the server that keeps the picture", mask=asked.mask))
        async with self._http.open(call, timeouts=self._timeouts) as reply:
            body = await whole_body(reply, call.asked)
            found = await asyncio.to_thread(found_in, reply.status, reply.headers, body, call.asked)
        if not found.images:
            raise elsewhere(asked, link)
        return found.images[0]


def _tell_losses(found: Found, recorder: Recorder) -> None:
    if found.broken:
        recorder.troubled(f"{found.broken} of {found.broken + len(found.images)} pictures came incomplete.")
