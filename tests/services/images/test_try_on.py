"""Step 1 asks, repairs and reports; step 2 goes into the queue; each says which step it is."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Run
from workbench.domain.chat import ChatReply, ChatRequest, Delta, Finished, Served, TextDelta, Usage
from workbench.domain.errors import Failure, Maker, RequestFailed, StorageFailed, WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.images.abilities import Abilities, Range
from workbench.domain.images.fitting import ChangeKind
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch
from workbench.domain.images.settings import Draft, PlannedImage
from workbench.domain.images.try_on import StepFailed, TryOnDraft
from workbench.domain.models import TEXT_GENERATION, TEXT_TO_IMAGE, Cost, Model, Price
from workbench.domain.targets import Connection, Target, TargetKind
from workbench.services.images.pixels import Look
from workbench.services.images.try_on import Described, TryOn

LOCAL = Target("local", "Local gateway", TargetKind.LOCAL)
EYES = Model("eyes", TEXT_GENERATION, vision=True)
GATED = Model("gated", TEXT_GENERATION, vision=True, gated=True)
BLIND = Model("blind", TEXT_GENERATION)
FLUX = Model(
    "flux-2",
    TEXT_TO_IMAGE,
    image=Abilities(width=Range(256, 1920), height=Range(256, 1920), seed=True, references=4, input_side=512),
    prices=(Price("per input 512x512 tile", 0.001), Price("per output 512x512 tile", 0.01)),
)
GEMINI = Model("gemini", TEXT_TO_IMAGE, image=Abilities(aspect_ratios=("1:1", "3:4"), references=3))
PLAIN = Model("plain", TEXT_TO_IMAGE, image=Abilities())
GARMENT = dict.fromkeys(("kind", "colour", "material", "pattern", "fit", "details"), "x") | {"place": "head"}
OUTFIT: dict[str, Any] = {"summary": "A hat.", "garments": [GARMENT], "style": ""}
DRAFT = TryOnDraft("person", "outfit", description=OUTFIT, models=("flux-2", "gemini"), seeds="1,2")
GOOD = json.dumps(OUTFIT)


class Chat:
    """Answers in turn: a text, or an error."""

    def __init__(self, *answers: str | WorkbenchError, reason: str = "stop", sandbox: bool = False) -> None:
        self.answers = list(answers)
        self.asked: list[ChatRequest] = []
        self.reason = reason
        self.sandbox = sandbox

    async def once(
        self, connection: Connection, request: ChatRequest, exchange: Exchange | None = None
    ) -> AsyncGenerator[Delta | ChatReply, None]:
        self.asked.append(request)
        assert exchange is not None
        exchange.method = "POST"
        answer = self.answers.pop(0)
        if isinstance(answer, WorkbenchError):
            raise answer
        reply = ChatReply(usage=Usage(100, 10), served=Served(sandbox=self.sandbox))
        for delta in (TextDelta(answer), Finished(self.reason)):
            reply.add(delta, 1.0)
            yield delta
        reply.settle(2.0)
        yield reply

    def cost(self, model_id: str, reply: ChatReply) -> Cost:
        return Cost(0.001, charged=True)


class Lists:
    def __init__(self, *models: Model) -> None:
        self.found = models or (GATED, BLIND, EYES, FLUX, GEMINI, PLAIN)

    def cached(self, target_id: str) -> tuple[Model, ...]:
        return self.found

    def find(self, model_id: str) -> Model:
        return next(model for model in self.found if model.id == model_id)


class Takes:
    def of(self, model_id: str) -> Abilities:
        found = Lists().find(model_id).image
        assert found is not None
        return found


class Queue:
    def __init__(self, error: StorageFailed | None = None) -> None:
        self.error = error
        self.planned: tuple[PlannedImage, ...] = ()

    async def submit(
        self,
        draft: Draft,
        planned: Sequence[PlannedImage],
        *,
        target_id: str = "",
        title: str = "",
        recipe: str = "",
        notes: Mapping[str, str] | None = None,
    ) -> ImageBatch:
        if self.error:
            raise self.error
        self.planned = tuple(planned)
        return ImageBatch("b", 1.0, draft, target_id, title, recipe, notes or {})


class Pictures:
    async def data(self, digest: str) -> bytes:
        return digest.encode()

    async def find(self, digest: str) -> GalleryImage | None:
        return None if digest == "gone" else GalleryImage("i", 1.0, digest, "image/png", 600, 800)


class Sizes:
    """Every picture is this large; a scaled one says so."""

    def __init__(self, side: int) -> None:
        self.side = side

    async def look(self, data: bytes) -> Look:
        return Look(self.side, self.side // 2, "image/png")

    async def scaled(self, data: bytes, width: int, height: int, media_type: str = "image/png") -> bytes:
        return data + f" in {width}x{height} as {media_type}".encode()


class Records:
    def __init__(self, error: StorageFailed | None = None) -> None:
        self.error = error
        self.kept: list[Exchange] = []

    async def put(self, exchange: Exchange, message_id: str = "") -> None:
        if self.error:
            raise self.error
        self.kept.append(exchange)


class Targets:
    async def connection(self, target_id: str = "") -> Connection:
        return Connection(replace(LOCAL, id=target_id or "local"))


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.5
        return self.now


def service(
    chat: Chat | None = None,
    *,
    side: int = 800,
    queue: Queue | None = None,
    records: Records | None = None,
    models: Lists | None = None,
) -> TryOn:
    return TryOn(
        Targets(), chat or Chat(), models or Lists(), Takes(), queue or Queue(), Pictures(), Sizes(side),
        records or Records(), clock=lambda: 7.0, ticks=Ticks(),
    )  # fmt: skip


def described(run: Run, chat: Chat, **parts: Any) -> Described:
    return run(service(chat, **parts).describe("eyes", "outfit"))


def refused(run: Run, chat: Chat, **parts: Any) -> StepFailed:
    with pytest.raises(StepFailed) as error:
        run(service(chat, **parts).describe("eyes", "outfit"))
    return error.value


def refusal(why: str) -> RequestFailed:
    return RequestFailed(
        "Refused.", why=why, fix="Mend it.", failure=Failure.BAD_REQUEST, maker=Maker.PROVIDER
    )


def test_models_that_see_are_offered_and_a_gated_one_comes_last() -> None:
    assert service().vision_models("local") == (EYES, GATED)
    assert service(models=Lists(BLIND, FLUX)).vision_models("local") == (BLIND,)


def test_models_that_take_two_pictures_are_offered_for_step_2() -> None:
    assert service().image_models("local") == (FLUX, GEMINI)


def test_step_1_sends_the_photo_with_the_schema_and_reports(run_async: Run) -> None:
    chat, records = Chat(GOOD, sandbox=True), Records()
    found = described(run_async, chat, records=records)
    assert found.description == OUTFIT
    (asked,) = chat.asked
    assert asked.messages[1].pictures == (b"outfit",)
    assert asked.stream is False
    assert asked.response_format is not None
    assert asked.response_format["json_schema"]["name"] == "outfit"
    report = found.report
    assert (report.model, report.took_ms, report.cost) == ("eyes", 500.0, Cost(0.001, charged=True))
    assert (report.tokens_in, report.tokens_out, report.sandbox, report.repaired) == (100, 10, True, False)
    assert report.exchange_ids == tuple(exchange.id for exchange in records.kept)


def test_a_large_photo_is_sent_smaller(run_async: Run) -> None:
    chat = Chat(GOOD)
    described(run_async, chat, side=4000)
    assert chat.asked[0].messages[1].pictures == (b"outfit in 1024x1024 as image/jpeg",)


def test_an_answer_that_cannot_be_used_is_asked_for_once_more(run_async: Run) -> None:
    chat, records = Chat("I see a hat.", GOOD), Records()
    found = described(run_async, chat, records=records)
    assert found.description == OUTFIT
    assert found.report.repaired
    assert found.report.cost == Cost(0.002, charged=True)
    assert found.report.took_ms == 1000.0
    assert found.report.tokens_in == 200
    assert len(records.kept) == 2
    assert chat.asked[1].messages[2].content == "I see a hat."
    assert "I see a hat." in chat.asked[1].messages[3].content


def test_two_such_answers_are_an_error_of_step_1_with_what_it_cost(run_async: Run) -> None:
    error = refused(run_async, Chat("no", "no again"))
    assert error.what == "Step 1: The answer is no JSON."
    assert "no again" in error.why
    assert error.fix
    assert error.report.cost == Cost(0.002, charged=True)
    assert len(error.report.exchange_ids) == 2
    assert error.report.trouble is not None


def test_an_answer_cut_by_the_token_limit_says_so(run_async: Run) -> None:
    error = refused(run_async, Chat(GOOD[:20], GOOD[:20], reason="length"))
    assert error.what == "Step 1: The answer broke off."


def test_a_model_without_json_mode_is_asked_in_words_alone(run_async: Run) -> None:
    chat = Chat(refusal("JSON Mode couldn't be met"), GOOD)
    assert described(run_async, chat).description == OUTFIT
    assert chat.asked[1].response_format is None


def test_a_failed_call_is_an_error_of_step_1_and_its_record_is_kept(run_async: Run) -> None:
    records = Records()
    error = refused(run_async, Chat(refusal("Out of tokens.")), records=records)
    assert (error.what, error.why, error.fix) == ("Step 1: Refused.", "Out of tokens.", "Mend it.")
    assert error.report.exchange_ids == (records.kept[0].id,)


def test_a_record_that_cannot_be_kept_is_not_worth_a_description(run_async: Run) -> None:
    found = described(run_async, Chat(GOOD), records=Records(StorageFailed("Full.")))
    assert found.description == OUTFIT


def test_step_2_goes_into_the_queue_with_what_it_was_made_from(run_async: Run) -> None:
    queue = Queue()
    batch = run_async(service(queue=queue).dress(DRAFT, "cf"))
    assert (batch.target_id, batch.recipe, batch.title) == ("cf", "try-on", "A hat.")
    assert batch.notes["person"] == "person"
    assert json.loads(batch.notes["description"]) == OUTFIT
    assert [(call.model, call.settings.seed) for call in queue.planned] == [
        ("flux-2", 1), ("flux-2", 2), ("gemini", 1), ("gemini", 2),
    ]  # fmt: skip
    assert queue.planned[0].settings.references == ("person", "outfit")


@pytest.mark.parametrize(
    "draft", [replace(DRAFT, person="gone"), replace(DRAFT, models=()), replace(DRAFT, seeds="x")]
)
def test_what_step_2_lacks_is_an_error_of_step_2(run_async: Run, draft: TryOnDraft) -> None:
    with pytest.raises(StepFailed, match="^Step 2: "):
        run_async(service().dress(draft))


def test_a_queue_that_cannot_store_is_an_error_of_step_2(run_async: Run) -> None:
    with pytest.raises(StepFailed, match="Step 2: Full"):
        run_async(service(queue=Queue(StorageFailed("Full."))).dress(DRAFT))


def test_before_sending_it_is_told_what_each_model_gets_and_what_it_may_cost() -> None:
    flux, gemini = service().prospects(DRAFT, (600, 800), (1600, 400))
    assert (flux.model, flux.calls, flux.changes) == (FLUX, 2, ())
    assert flux.usd == pytest.approx(2 * (0.001 * 2 + 0.01 * 4))
    assert gemini.usd is None
    assert {(change.field, change.kind) for change in gemini.changes} >= {("seed", ChangeKind.DROPPED)}
