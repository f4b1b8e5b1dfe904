"""What stands over the composer, and when it is made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.conftest import Run
from tests.ui.chat.fakes import Desk, answer, conversation, question
from tests.waiting import until
from workbench.ui.chat.middle import Middle
from workbench.ui.chat.transcript.view import TranscriptView
from workbench.ui.support.frames import FrameClock
from workbench.ui.support.theme import Theme

TALK = conversation("talk")


class Early(Desk):
    """A desk whose middle is waiting for its idle step."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(TALK)
        self.store.put(question(TALK.id, "What is a token?"), answer(TALK.id, "A piece of a word."))
        self.waiting: list[Callable[[], object]] = []
        self.frames = FrameClock()
        self.middle = Middle(self.model, theme, self.frames, self.notifier, self.waiting.append)
        self.middle.resize(600, 400)
        self.middle.show()

    def shows_transcript(self) -> bool:
        return isinstance(self.middle.currentWidget(), TranscriptView)


@asynccontextmanager
async def early(theme: Theme) -> AsyncIterator[Early]:
    desk = Early(theme)
    async with desk:
        await until(lambda: desk.model.loaded)
        yield desk
    desk.middle.stop()
    desk.frames.stop()
    desk.middle.close()
    desk.middle.deleteLater()


def test_the_skeleton_stands_until_the_idle_step_and_then_every_message_is_there(
    run_qt: Run, theme: Theme
) -> None:
    async def story() -> None:
        async with early(theme) as desk:
            assert not desk.shows_transcript()
            for work in desk.waiting:
                work()
            assert desk.shows_transcript()
            shown = [desk.middle.transcript.column.entry(message.id) for message in desk.model.messages]
            assert [entry.message.text for entry in shown if entry is not None] == [
                "What is a token?",
                "A piece of a word.",
            ]

    run_qt(story())


def test_a_question_asked_before_the_idle_step_does_not_wait_for_it(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with early(theme) as desk:
            await desk.ask("And a bucket?")
            assert desk.shows_transcript()
            for message in desk.model.messages:
                entry = desk.middle.transcript.column.entry(message.id)
                assert entry is not None
                assert entry.message.text == message.text
            assert len(desk.model.messages) == 4

    run_qt(story())


def test_a_hit_opened_before_the_idle_step_is_revealed(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with early(theme) as desk:
            hit = desk.model.messages[-1]
            desk.model.select(TALK.id, hit.id, "piece")
            assert desk.middle.transcript.chosen is not None

    run_qt(story())
