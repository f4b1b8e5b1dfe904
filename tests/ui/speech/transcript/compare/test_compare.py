"""Takes side by side: what is worked out, what is shown of it, and what a click does."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.ui.speech.transcript.samples import transcript
from workbench.domain.errors import InvalidInput
from workbench.domain.models import Cost
from workbench.domain.speech.documents import json_text
from workbench.domain.speech.takes import Part, Take, TakeState
from workbench.services.speech.comparison import Comparison, compared
from workbench.ui.speech.transcript.compare.model import CompareModel, reference_in
from workbench.ui.speech.transcript.compare.page import ComparePage
from workbench.ui.support.theme import Theme

ONE = ("we went to the shop", "and bought bread")
OTHER = ("we want to shop", "and bought old bread")


def take(id: str, *said: str, model: str = "@cf/openai/whisper") -> Take:
    text = transcript(*said)
    part = Part(0, 0.0, 10.0, TakeState.DONE, text, cost=Cost(0.002), took_ms=1000.0)
    return Take(id, "r", model, state=TakeState.DONE, heard=text, transcript=text, parts=(part,))


TAKES = (take("a", *ONE), take("b", *OTHER, model="@cf/deepgram/nova-3"))


@pytest.fixture
def page(theme: Theme) -> Iterator[ComparePage]:
    made = ComparePage(theme, CompareModel())
    made.model.setParent(made)
    made.resize(900, 500)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


def test_takes_are_compared_off_the_main_thread(run_qt: Run) -> None:
    where: list[object] = []

    def compare(takes: Sequence[Take], reference: str, base: int) -> Comparison:
        where.append(threading.current_thread())
        return compared(takes, reference, base)

    async def scenario() -> None:
        model = CompareModel(compare)
        model.show(TAKES)
        assert model.comparing
        await model.tasks.finish()
        assert len(model.rows) == 2
        assert not model.comparing
        assert model.differs(0)
        assert where != [threading.main_thread()]
        await model.aclose()

    run_qt(scenario())


def test_what_somebody_corrects_meanwhile_is_no_reason_to_compare_again(run_qt: Run) -> None:
    times: list[str] = []

    def compare(takes: Sequence[Take], reference: str, base: int) -> Comparison:
        times.append(reference)
        return compared(takes, reference, base)

    async def scenario() -> None:
        model = CompareModel(compare)
        model.show(TAKES)
        await model.tasks.finish()
        model.show([replace(TAKES[0], revision=1), *TAKES[1:]])
        await model.tasks.finish()
        assert times == [""]
        assert model.takes[0].edited
        model.show(TAKES, "what is really said")
        await model.tasks.finish()
        assert times == ["", "what is really said"]
        await model.aclose()

    run_qt(scenario())


def test_one_take_is_nothing_to_compare(run_qt: Run, page: ComparePage) -> None:
    async def scenario() -> None:
        model = page.model
        model.show(TAKES[:1])
        assert page.pages.currentWidget() is page.blank
        model.show(TAKES)
        await model.tasks.finish()
        assert page.pages.currentWidget() is not page.blank
        model.show(TAKES[1:])
        assert page.pages.currentWidget() is page.blank
        await model.aclose()

    run_qt(scenario())


def test_a_reference_is_kept_and_gives_error_rates(run_qt: Run, page: ComparePage) -> None:
    async def scenario() -> None:
        model = page.model
        kept: list[str] = []
        model.reference_wanted.connect(kept.append)
        model.show(TAKES)
        await model.tasks.finish()
        page.reference.text.setPlainText(" We went to the shop, and bought bread. ")
        page.reference.measure.click()
        await model.tasks.finish()
        assert kept == ["We went to the shop, and bought bread."]
        rates = [card.rates.text() for card in page.scores.cards]
        assert "WER 0\u00a0%" in rates[0]
        assert "WER 37.5\u00a0%" in rates[1]
        assert [card.rates.property("role") for card in page.scores.cards] == ["good", ""]
        assert page.table.rows.index(0, 1).data() == "We went to the shop,"
        card = page.scores.cards[1]
        assert card.height() >= card.sizeHint().height() > 0
        assert (card.x(), card.width()) == (page.table.columnViewportPosition(3), page.table.columnWidth(3))
        assert page.base.isHidden()
        await model.aclose()

    run_qt(scenario())


def test_two_takes_of_one_model_are_told_apart(qapp: object) -> None:
    model = CompareModel()
    model.takes = (take("a", *ONE), take("b", *OTHER), TAKES[1])
    first, second, third = model.titles
    assert first.startswith("whisper · ")
    assert second.startswith("whisper · ")
    assert third == "nova-3"


def test_differences_are_told_from_another_take_where_one_asks(run_qt: Run, page: ComparePage) -> None:
    async def scenario() -> None:
        model = page.model
        model.show(TAKES)
        await model.tasks.finish()
        index = page.table.rows.index(0, 2)
        told = index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
        assert told == "“want” instead of “went”. “the” is missing here."
        assert index.data() == "we want to shop"
        page.base.activated.emit(1)
        await model.tasks.finish()
        told = page.table.rows.index(0, 1).data(Qt.ItemDataRole.AccessibleDescriptionRole)
        assert told == "“went” instead of “want”. “the” is heard here only."
        await model.aclose()

    run_qt(scenario())


def test_a_click_on_a_word_goes_there_and_enter_to_its_row(run_qt: Run, page: ComparePage) -> None:
    async def scenario() -> None:
        model = page.model
        sought: list[float] = []
        model.seek_wanted.connect(sought.append)
        model.show(TAKES)
        await model.tasks.finish()
        table = page.table
        inner = table.inner(table.visualRect(table.rows.index(0, 2)))
        laid = table.laid(0, 2)
        before = laid.layout.lineAt(0).naturalTextWidth() * 0.25  # in the second of four words
        spot = QPointF(inner.x() + before, inner.y() + table.text.line / 2)
        QTest.mouseClick(
            table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot.toPoint()
        )
        table.setCurrentIndex(table.rows.index(1, 1))
        QTest.keyClick(table, Qt.Key.Key_Return)
        QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert sought == [TAKES[1].heard.words[1].start, model.rows[1].start]
        assert QApplication.clipboard().text() == "and bought bread"
        await model.aclose()

    run_qt(scenario())


def test_keys_go_from_difference_to_difference(run_qt: Run, page: ComparePage) -> None:
    async def scenario() -> None:
        model = page.model
        model.show((take("a", "one", "two", "three"), take("b", "won", "two", "tree")))
        await model.tasks.finish()
        table = page.table
        for key, mods, row in (
            (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier, 0),
            (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier, 2),
            (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier, 0),
            (Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier, 2),
        ):
            QTest.keyClick(table, key, mods)
            assert table.currentIndex().row() == row
        await model.aclose()

    run_qt(scenario())


def test_rows_are_as_high_as_their_words_need(run_qt: Run, page: ComparePage) -> None:
    async def scenario() -> None:
        long = " ".join(["word"] * 120)
        model = page.model
        page.resize(700, 500)
        model.show((take("a", long, "short"), take("b", long, "short")))
        await model.tasks.finish()
        table = page.table
        assert table.rowHeight(0) >= table.laid(0, 1).height
        assert table.rowHeight(1) < 2.5 * table.text.line
        await model.aclose()

    run_qt(scenario())


SRT = "1\n00:00:01,000 --> 00:00:02,000\nwe went\n\n2\n00:00:02,000 --> 00:00:03,000\nto the shop\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "we went\nto the shop"),
        ("a.srt", SRT),
        ("a.vtt", "WEBVTT\n\n" + SRT.replace(",", ".")),
        ("a.json", json_text(transcript("we went", "to the shop"))),
    ],
)
def test_a_reference_is_read_from_what_people_have(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert reference_in(path).split() == ["we", "went", "to", "the", "shop"]


def test_a_file_without_words_is_refused_in_place(run_qt: Run, page: ComparePage, tmp_path: Path) -> None:
    async def scenario() -> None:
        model = page.model
        for name, content in (("a.txt", b"  \n"), ("b.txt", b"\xff\xfe\x00"), ("c.srt", b"nothing")):
            (tmp_path / name).write_bytes(content)
            model.load(str(tmp_path / name))
            await model.tasks.finish()
            assert name in page.reference.problem.text()
        model.load(str(tmp_path / "gone.txt"))
        await model.tasks.finish()
        assert isinstance(model.problem, InvalidInput)
        model.measure("words")
        assert page.reference.problem.isHidden()
        await model.aclose()

    run_qt(scenario())
