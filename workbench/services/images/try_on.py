"""Virtual try-on, step by step: asks the vision model, puts the pictures in the queue, tells how each step went."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Protocol

from workbench.domain.chat import ChatMessage, ChatReply, ChatRequest, Delta
from workbench.domain.errors import InvalidInput, StorageFailed, WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.images.abilities import Abilities
from workbench.domain.images.costs import estimated
from workbench.domain.images.fitting import Change, fitted
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch
from workbench.domain.images.settings import Draft, ImageSettings, PlannedImage
from workbench.domain.images.try_on import (
    DESCRIPTION,
    LEAST_REFERENCES,
    LOOKED_AT_SIDE,
    OUTFIT,
    PERSON,
    RECIPE,
    Description,
    StepFailed,
    StepReport,
    TryOnDraft,
    as_json,
    asked_again,
    cannot_hold_to_schema,
    dressed,
    question,
    read_description,
    response_format,
)
from workbench.domain.models import Cost, Model, sum_of
from workbench.domain.targets import Connection
from workbench.services.background import to_the_end
from workbench.services.images.pixels import Look

_LONGEST_TITLE = 80
_ENDED_EARLY = "length"

_log = logging.getLogger(__name__)


class Connections(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Asking(Protocol):
    """services.chat.ChatService."""

    def once(
        self, connection: Connection, request: ChatRequest, exchange: Exchange | None = None
    ) -> AsyncGenerator[Delta | ChatReply, None]: ...
    def cost(self, model_id: str, reply: ChatReply) -> Cost: ...


class Models(Protocol):
    """services.images.models.ImageModels."""

    def cached(self, target_id: str) -> tuple[Model, ...]: ...
    def find(self, model_id: str) -> Model: ...


class AbilitiesSource(Protocol):
    """services.images.models.ImageAbilities."""

    def of(self, model_id: str) -> Abilities: ...


class Queue(Protocol):
    """services.images.queue.ImageQueue."""

    async def submit(
        self,
        draft: Draft,
        planned: Sequence[PlannedImage],
        *,
        target_id: str = "",
        title: str = "",
        recipe: str = "",
        notes: Mapping[str, str] | None = None,
    ) -> ImageBatch: ...


class Pictures(Protocol):
    """services.images.gallery.Gallery."""

    async def data(self, digest: str) -> bytes: ...
    async def find(self, digest: str) -> GalleryImage | None: ...


class Scaling(Protocol):
    """services.images.pixels.Pixels."""

    async def look(self, data: bytes) -> Look: ...
    async def scaled(self, data: bytes, width: int, height: int, media_type: str = "image/png") -> bytes: ...


class Records(Protocol):
    """storage.exchanges.ExchangeStore."""

    async def put(self, exchange: Exchange, message_id: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Described:
    description: Description
    report: StepReport


@dataclass(frozen=True, slots=True)
class Prospect:
    """What step 2 would ask of one model. usd: for all its calls, None where nobody knows. problem: why it cannot be asked."""

    model: Model
    calls: int
    changes: tuple[Change, ...]
    usd: float | None
    problem: str = ""


class TryOn:
    """Errors of a step arrive as StepFailed, which says so and has the report."""

    def __init__(
        self,
        connections: Connections,
        chat: Asking,
        models: Models,
        abilities: AbilitiesSource,
        queue: Queue,
        gallery: Pictures,
        pixels: Scaling,
        records: Records,
        *,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connections = connections
        self._chat = chat
        self._models = models
        self._abilities = abilities
        self._queue = queue
        self._gallery = gallery
        self._pixels = pixels
        self._records = records
        self._clock = clock
        self._ticks = ticks

    def vision_models(self, target_id: str) -> tuple[Model, ...]:
        """Those that can look at a photo, best known first; on a target that does not tell, all that chat."""
        chatting = [model for model in self._models.cached(target_id) if model.chats and not model.draws]
        seeing = [model for model in chatting if model.vision]
        return tuple(sorted(seeing or chatting, key=lambda model: (model.deprecated, model.gated)))

    def image_models(self, target_id: str) -> tuple[Model, ...]:
        """Those that take two pictures to look at."""
        return tuple(
            model
            for model in self._models.cached(target_id)
            if model.draws and self._abilities.of(model.id).references >= LEAST_REFERENCES
        )

    async def describe(self, model: str, photo: str, target_id: str = "") -> Described:
        """Step 1. photo: digest of photo B. An answer that cannot be used is asked for once more. Raises StepFailed."""
        asking = _Asking(self, model)
        try:
            connection = await self._connections.connection(target_id)
            messages = question(await self._looked_at(photo))
            description = await asking.description(connection, messages)
        except WorkbenchError as error:
            raise StepFailed(1, error, asking.report) from error
        return Described(description, asking.report)

    async def dress(self, draft: TryOnDraft, target_id: str = "") -> ImageBatch:
        """Step 2: each model with each seed goes into the queue. Raises StepFailed."""
        try:
            size = await self._size_of(draft.person)
            form, planned = dressed(draft, size)
            title = str(draft.description.get("summary") or "Try-on")
            return await self._queue.submit(
                form,
                planned,
                target_id=target_id,
                title=title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…",
                recipe=RECIPE,
                notes={PERSON: draft.person, OUTFIT: draft.outfit, DESCRIPTION: as_json(draft.description)},
            )
        except WorkbenchError as error:
            raise StepFailed(2, error, StepReport()) from error

    def prospects(
        self, draft: TryOnDraft, person: tuple[int, int], outfit: tuple[int, int]
    ) -> tuple[Prospect, ...]:
        """What step 2 would ask for, model by model. person, outfit: sizes of the photos. Raises InvalidInput."""
        _, planned = dressed(draft, person)
        found = []
        for model_id in draft.models:
            calls = [call.settings for call in planned if call.model == model_id]
            one = self.estimate(model_id, calls[0], (person, outfit))
            fits = [fitted(call, self._abilities.of(model_id)) for call in calls]
            found.append(
                Prospect(
                    self._models.find(model_id),
                    len(calls),
                    tuple(dict.fromkeys(change for fit in fits for change in fit.changes)),
                    None if one is None else one * len(calls),
                    fits[0].problem,
                )
            )
        return tuple(found)

    def estimate(
        self, model_id: str, settings: ImageSettings, sizes: Sequence[tuple[int, int]]
    ) -> float | None:
        """US dollars for one call with pictures of these sizes; None where nobody knows."""
        abilities = self._abilities.of(model_id)
        sent = [_sent_size(size, abilities.input_side) for size in sizes]
        settings = fitted(settings, abilities).settings
        return estimated(self._models.find(model_id), settings, abilities, sent)

    async def _looked_at(self, digest: str) -> bytes:
        data = await self._gallery.data(digest)
        look = await self._pixels.look(data)
        if max(look.width, look.height) <= LOOKED_AT_SIDE:
            return data
        return await self._pixels.scaled(data, LOOKED_AT_SIDE, LOOKED_AT_SIDE, "image/jpeg")

    async def _size_of(self, digest: str) -> tuple[int, int]:
        image = await self._gallery.find(digest) if digest else None
        if image is None:
            raise InvalidInput("Photo A is not there.", field=PERSON, fix="Choose a photo of a person.")
        return image.width, image.height


class _Asking:
    """The requests of one run of step 1, added up."""

    def __init__(self, service: TryOn, model: str) -> None:
        self._service = service
        self._model = model
        self.report = StepReport(model)

    async def description(self, connection: Connection, messages: tuple[ChatMessage, ...]) -> dict[str, Any]:
        wanted: Mapping[str, Any] | None = response_format()
        try:
            answer = await self._answer(connection, messages, wanted)
        except WorkbenchError as error:
            if not cannot_hold_to_schema(error):
                raise
            wanted = None
            answer = await self._answer(connection, messages, None)
        try:
            return _read(answer)
        except InvalidInput as problem:
            again = asked_again(messages, answer.text, problem)
            description = _read(await self._answer(connection, again, wanted))
        self.report = replace(self.report, repaired=True)
        return description

    async def _answer(
        self,
        connection: Connection,
        messages: tuple[ChatMessage, ...],
        wanted: Mapping[str, Any] | None,
    ) -> ChatReply:
        service = self._service
        request = ChatRequest(self._model, messages, response_format=wanted, stream=False)
        exchange = Exchange(new_id(), service._clock())
        began = service._ticks()
        try:
            reply = await _last(service._chat.once(connection, request, exchange))
            self._add(reply)
            return reply
        finally:
            took_ms = (self.report.took_ms or 0.0) + (service._ticks() - began) * 1000
            self.report = replace(self.report, took_ms=took_ms)
            if exchange.method:
                ids = (*self.report.exchange_ids, exchange.id)
                self.report = replace(self.report, exchange_ids=ids)
                await to_the_end(_keep(service._records, exchange))

    def _add(self, reply: ChatReply) -> None:
        report = self.report
        self.report = replace(
            report,
            cost=sum_of(report.cost, self._service._chat.cost(self._model, reply)),
            tokens_in=_total(report.tokens_in, reply.usage.prompt_tokens),
            tokens_out=_total(report.tokens_out, reply.usage.completion_tokens),
            sandbox=reply.served.sandbox,
        )


def _read(reply: ChatReply) -> dict[str, Any]:
    try:
        return read_description(reply.text)
    except InvalidInput as error:
        if reply.finish_reason != _ENDED_EARLY and not reply.truncated:
            raise
        raise InvalidInput(
            "the answer broke off.",
            field=error.field,
            why="The model came to its limit of tokens before the JSON was whole.",
            fix="Try again, or choose another vision model.",
        ) from error


async def _last(events: AsyncGenerator[Delta | ChatReply, None]) -> ChatReply:
    reply = ChatReply()
    async with aclosing(events) as answered:
        async for event in answered:
            if isinstance(event, ChatReply):
                reply = event
    return reply


async def _keep(records: Records, exchange: Exchange) -> None:
    try:
        await records.put(exchange)
    except StorageFailed as error:
        _log.warning("A wire record was not stored: %s", error.why or error.what)


def _total(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more


def _sent_size(size: tuple[int, int], side: int | None) -> tuple[int, int]:
    if side is None or max(size) <= side:
        return size
    scale = side / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
