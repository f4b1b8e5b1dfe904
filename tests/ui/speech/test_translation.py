from __future__ import annotations

import asyncio

from tests.conftest import Run
from tests.waiting import until
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.speech.timing import spread
from workbench.domain.speech.transcripts import Segment, Transcript
from workbench.domain.targets import Connection, Target, TargetKind
from workbench.ui.speech.translation import TranslationModel, TranslationPanel
from workbench.ui.support.theme import Theme

CONNECTION = Connection(Target("local", "Local", TargetKind.LOCAL))


class Connections:
    async def connection(self, target_id: str = "") -> Connection:
        return CONNECTION


class Translator:
    """Says the text in capitals; `refused` fails."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.asked: list[str] = []

    async def __call__(
        self, connection: Connection, text: str, source: str, target: str, exchange: Exchange
    ) -> str:
        await asyncio.sleep(0)
        self.asked.append(text)
        if text in self.refused:
            raise RequestFailed("Too much at once.", failure=Failure.RATE_LIMITED, maker=Maker.WORKERS_AI)
        return text.upper()


def transcript(*texts: str) -> Transcript:
    return Transcript(
        tuple(
            Segment(str(place), spread(text.split(), 2.0 * place, 2.0 * place + 1.5))
            for place, text in enumerate(texts)
        ),
        "en",
    )


def test_every_segment_is_translated_and_keeps_its_time(run_qt: Run) -> None:
    async def story() -> None:
        translator = Translator()
        model = TranslationModel(translator, Connections())
        model.begin(transcript("one two", "three"), "en", "fr")
        await until(lambda: not model.busy)
        found = model.translated
        assert [segment.text for segment in found.segments] == ["ONE TWO", "THREE"]
        assert [(segment.start, segment.end) for segment in found.segments] == [(0.0, 1.5), (2.0, 3.5)]
        assert (found.language, model.done, model.of) == ("fr", 2, 2)
        await model.aclose()

    run_qt(story())


def test_a_failure_keeps_what_came_and_only_the_rest_is_asked_again(run_qt: Run) -> None:
    async def story() -> None:
        translator = Translator()
        translator.refused = {"three"}
        model = TranslationModel(translator, Connections())
        model.begin(transcript("one two", "three"), "en", "fr")
        await until(lambda: not model.busy)
        assert model.trouble is not None
        assert model.trouble.what == "Too much at once."
        assert model.translated.text == "ONE TWO"
        translator.refused, translator.asked = set(), []
        model.go_on()
        await until(lambda: not model.busy)
        assert translator.asked == ["three"]
        assert model.trouble is None
        await model.aclose()

    run_qt(story())


def test_the_panel_shows_what_has_come_and_hands_it_on(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        model = TranslationModel(Translator(), Connections())
        panel = TranslationPanel(theme, model)
        assert not panel.copy.isEnabled()
        model.begin(transcript("one two"), "en", "fr")
        await until(lambda: panel.text.toPlainText() == "ONE TWO")
        said: list[str] = []
        panel.chat_wanted.connect(said.append)
        panel.chat.click()
        assert said == ["ONE TWO"]
        await panel.aclose()
        await model.aclose()
        panel.deleteLater()

    run_qt(story())
