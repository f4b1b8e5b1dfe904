"""The page with its widgets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.services.embeddings.desk import BAD
from tests.ui.embeddings.decide.stage import GOOD, OTHER, POOR, ROWS, SeeingWire, Stage
from tests.waiting import until
from workbench.domain.embeddings.judgements import LabelledPair, Query
from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import StorageFailed
from workbench.ui.embeddings.decide.agreement.page import AgreementPage
from workbench.ui.embeddings.decide.board.page import BoardPage
from workbench.ui.embeddings.decide.compression.page import CompressionPage
from workbench.ui.embeddings.decide.frame import PartPage
from workbench.ui.embeddings.decide.languages.page import LanguagesPage
from workbench.ui.embeddings.decide.model import DecideModel, Part
from workbench.ui.embeddings.decide.page import DecidePage
from workbench.ui.embeddings.decide.retrieval.page import RetrievalPage
from workbench.ui.embeddings.decide.table import Cell, FigureTable, Head
from workbench.ui.embeddings.decide.threshold.page import ThresholdPage
from workbench.ui.support import figures
from workbench.ui.support.theme import Theme

Tell = Callable[..., None]


class Seen(Stage):
    """The page is open at one of its parts."""

    page: DecidePage

    async def show(self, theme: Theme, part: Part) -> PartPage:
        self.page = DecidePage(theme, self.model)
        self.page.resize(800, 900)
        self.page.show()
        return await self.show_part(part)

    async def show_part(self, part: Part) -> PartPage:
        self.model.show_part(part)
        await self.rest()
        made = self.page.page_of(part)
        assert isinstance(made, PartPage)
        return made

    async def rest(self) -> None:
        for _ in range(4):
            await self.settled()
            await asyncio.sleep(0)

    async def __aexit__(self, *info: object) -> None:
        self.page.hide()
        self.page.deleteLater()
        await super().__aexit__(*info)


@pytest.fixture
def tell(tmp_path: Path, run_qt: Run, theme: Theme) -> Tell:
    def run(plot: Callable[[Seen], Coroutine[Any, Any, None]], **options: Any) -> None:
        async def story() -> None:
            async with Seen(tmp_path, **options) as stage:
                await plot(stage)

        run_qt(story())

    return run


def cells(table: FigureTable) -> list[list[str]]:
    return [line.split("\t") for line in table.copied().split("\n")]


def test_the_models_are_a_table_and_a_picture(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.MODELS)
        assert isinstance(page, BoardPage)
        head, good, poor = cells(page.table)
        assert head[:3] == ["Model", "Separation", "Dimensions"]
        assert (good[0], poor[0]) == ("good", "poor")
        assert float(good[1]) > float(poor[1].replace("\u2212", "-"))
        assert [point.name for point in page.chart.points] == ["good", "poor"]
        assert "good is best" in page.chart.accessibleDescription()
        assert {row[0] for row in cells(page.labels)[1:]} == {"ant", "bee", "cat"}

    tell(plot)


def test_retrieval_is_in_the_table_of_models_once_it_is_judged(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.MODELS)
        assert isinstance(page, BoardPage)
        assert page.hint.isVisible()
        stage.shared.select([1, 2, 0])
        stage.model.retrieval.add_row()
        await stage.rest()
        assert cells(page.table)[0][2:5] == ["nDCG@10", "MRR@10", "Recall@10"]
        assert not page.hint.isVisible()

    tell(plot)


def test_selecting_a_row_moves_nothing_on_the_page_of_retrieval(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.RETRIEVAL)
        assert isinstance(page, RetrievalPage)
        ask = page.asking.row
        assert ask.isVisible()
        assert not ask.isEnabled()
        assert ask.toolTip().startswith("Select a row")
        before = page.asking.sizeHint()
        stage.shared.select([1])
        await stage.rest()
        assert ask.isEnabled()
        assert page.asking.sizeHint() == before

    tell(plot)


def test_a_row_that_changed_is_selected_in_all_pages(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.AGREEMENT)
        assert isinstance(page, AgreementPage)
        assert page.overlap.text().endswith("%")
        page.table.selectRow(1)
        assert stage.shared.selected == (stage.model.agreement.result.changed[1].row,)  # type: ignore[union-attr]
        assert "neighbours are the same" in page.chart.accessibleDescription()

    tell(plot)


def test_one_model_cannot_be_compared_and_the_page_says_so(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.AGREEMENT)
        assert page.blank.isVisible()
        assert page.blank.what.text() == "It takes two models to compare."

    tell(plot, choices=(GOOD,))


@pytest.mark.parametrize("part", [part for part in Part if part is not Part.AGREEMENT])
def test_without_vectors_the_page_says_how_to_get_some(part: Part, tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, part)
        assert page.blank.what.text() == "There are no vectors yet."

    tell(plot, choices=())


def test_the_line_is_told_for_all_models_and_moves_with_the_field(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.THRESHOLD)
        assert isinstance(page, ThresholdPage)
        assert page.sentence.text().count("for") == 3
        assert len(cells(page.table)) == 4
        before = page.sentence.text()
        page.score.setValue(0.9)
        assert page.chart.cut == 0.9
        assert page.sentence.text() != before
        assert page.best.isEnabled()
        QTest.mouseClick(page.best, Qt.MouseButton.LeftButton)
        assert not page.best.isEnabled()
        assert not page.judging.similar.isVisible()
        stage.shared.select([0, 1])
        assert page.judging.similar.isVisible()
        QTest.mouseClick(page.judging.similar, Qt.MouseButton.LeftButton)
        await stage.rest()
        assert cells(page.judging.told)[1] == [ROWS[0].text, ROWS[1].text, "similar"]

    tell(plot, choices=(GOOD, POOR, OTHER))


def test_a_query_is_typed_and_its_rows_are_judged_with_keys(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.RETRIEVAL)
        assert isinstance(page, RetrievalPage)
        assert not page.asking.add.isEnabled()
        QTest.keyClicks(page.asking.field, "ant 1")
        QTest.keyClick(page.asking.field, Qt.Key.Key_Return)
        await stage.rest()
        assert page.asking.field.text() == ""
        assert cells(page.queries)[1] == ["ant 1", "words", "0"]
        page.candidates.table.selectRow(0)
        for act in page.candidates.grades:
            assert act.isVisible()
        page.candidates.grades[1].click()
        await stage.rest()
        assert cells(page.queries)[1] == ["ant 1", "words", "1"]
        assert cells(page.candidates.table)[1][2] == "relevant, 2"
        assert page.chart.isVisible()
        assert cells(page.table)[1][0] == "good"

    tell(plot)


def test_the_rows_that_are_judged_stay_under_the_hand_when_figures_come_above_them(
    tell: Tell, theme: Theme
) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.RETRIEVAL)
        assert isinstance(page, RetrievalPage)
        page.resize(page.width(), 420)
        page.activateWindow()
        QTest.keyClicks(page.asking.field, "ant 1")
        QTest.keyClick(page.asking.field, Qt.Key.Key_Return)
        await stage.rest()
        table = page.candidates.table
        table.setFocus()
        table.selectRow(0)
        assert page.focusWidget() is table
        assert not page.chart.isVisible()
        before = table.mapTo(page, QPoint()).y()
        page.candidates.grades[0].click()
        await stage.rest()
        assert page.chart.isVisible()
        assert abs(table.mapTo(page, QPoint()).y() - before) <= 1

    tell(plot)


def test_languages_are_compared_by_model_and_by_direction(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.LANGUAGES)
        assert isinstance(page, LanguagesPage)
        assert cells(page.table)[0] == ["Model", "en", "de", "ar", "All"]
        assert [row[:3] for row in cells(page.directions)[1:3]] == [["en", "de", "12"], ["de", "en", "12"]]
        assert [bar.name for bar in page.chart.bars][:2] == ["en → de", "de → en"]
        assert "finds most from" in page.chart.accessibleDescription()

    tell(plot)


def test_a_set_without_translations_says_how_to_bring_them(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.LANGUAGES)
        assert page.blank.what.text() == "There are no translations in this set."
        assert isinstance(page, LanguagesPage)
        assert not page.example.isVisible()
        tried: list[str] = []
        model = DecideModel(stage.shared, stage.desk, try_example=tried.append)
        await model.known.tasks.finish()
        other = LanguagesPage(theme, model.languages)
        other.show()
        await model.languages.tasks.finish()
        other.example.click()
        assert tried == ["support"]
        other.hide()
        await model.aclose()

    tell(plot, rows=[TextRow(str(number), f"text {number}") for number in range(8)])


def test_smaller_vectors_are_lines_and_a_table(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.COMPRESSION)
        assert isinstance(page, CompressionPage)
        assert [line.name for line in page.chart.lines] == ["float32", "float16", "int8", "binary"]
        assert len(cells(page.table)) == 5
        assert "of the neighbours in" in page.sentence.text()
        assert "7 rows look for their 10 nearest among 29 others" in page.about.text()

    tell(plot)


def test_what_fails_is_told_in_place_and_tried_again(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.MODELS)
        study = stage.shared.study
        assert study is not None
        read = study.vectors

        async def broken(key: str) -> Any:
            raise StorageFailed("The disk does not answer.", fix="Look after it.")

        study.vectors = broken  # type: ignore[method-assign]
        stage.model.agreement.reckon()
        page = await stage.show_part(Part.AGREEMENT)
        assert page.trouble.isVisible()
        assert page.trouble.fix.text() == "Look after it."
        study.vectors = read  # type: ignore[method-assign]
        page.trouble.retry.click()
        await stage.rest()
        assert not page.trouble.isVisible()
        assert stage.model.agreement.result

    tell(plot)


def test_a_table_is_sorted_by_a_head_and_as_it_was_again(qapp: QApplication, theme: Theme) -> None:
    table = FigureTable(theme, "Figures")
    heads = [Head("Name", figures=False), Head("Value")]
    table.show_rows(
        heads,
        [[Cell("b"), Cell("2", 2.0)], [Cell("a"), Cell("–", float("nan"))], [Cell("c"), Cell("10", 10.0)]],
    )
    chosen: list[int] = []
    table.row_chosen.connect(chosen.append)
    assert [row[0] for row in cells(table)[1:]] == ["b", "a", "c"]
    table.horizontalHeader().setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    assert [row[0] for row in cells(table)[1:]] == ["c", "b", "a"]
    table.selectRow(0)
    assert chosen == [2]
    table.clearSelection()
    table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
    assert [row[0] for row in cells(table)[1:]] == ["b", "a", "c"]
    table.deleteLater()


def test_rows_without_a_vector_are_told(tell: Tell, theme: Theme) -> None:
    """An empty row is not to have one; the last is refused by the models."""

    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.MODELS)
        assert page.remark.isVisible()
        assert "good: 3 of 4 rows" in page.remark.text()

    wire = SeeingWire()
    wire.bad = {"bad": BAD}
    texts = ("ant 1", "  ", "bee 1", "bee 2", "bad")
    rows = [TextRow(str(number), text, text[:1].strip()) for number, text in enumerate(texts)]
    tell(plot, rows=rows, wire=wire, choices=(GOOD,))


def test_it_is_said_plainly_whether_queries_tell_the_models_apart(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.RETRIEVAL)
        assert isinstance(page, RetrievalPage)
        stage.shared.select([1, 2, 0])
        stage.model.retrieval.add_row()
        await stage.rest()
        assert page.verdict.text().startswith("So few queries do not tell")
        for row in range(0, 36, 3):
            stage.shared.select([row + 1, row + 2, row])
            stage.model.retrieval.add_row()
        await stage.rest()
        assert page.verdict.text() == "good finds more than poor, by more than chance."
        assert not page.undo.isVisible()
        page.remove_all.click()
        await stage.rest()
        assert not page.verdict.isVisible()
        assert page.undo.isVisible()
        page.undo.click()
        await stage.rest()
        assert page.queries.model().rowCount() == 12

    tell(plot)


def test_scores_that_tell_nothing_are_called_so(tell: Tell, theme: Theme) -> None:
    """The labels have nothing to do with the texts."""

    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.THRESHOLD)
        assert isinstance(page, ThresholdPage)
        assert page.blind.isVisible()
        stage.shared.select([0, 1])
        page.judging.similar.click()
        await stage.rest()
        assert not page.blind.isVisible()
        assert "takes some of both kinds" in page.about.text()
        page.judging.forget_all.click()
        await stage.rest()
        assert page.judging.undo.isVisible()

    rows = [
        TextRow(str(number), f"{word} 1", "xy"[number // 3 % 2])
        for number, word in enumerate(["ant", "bee", "cat"] * 8)
    ]
    tell(plot, rows=rows)


def test_while_the_first_vectors_come_the_page_says_so(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.MODELS)
        gate = stage.wire.gate = asyncio.Event()
        run = await stage.window.runs.begin("s1", [GOOD])
        await until(lambda: page.blank.what.text() == "Vectors are on their way.")
        gate.set()
        await stage.window.over(run)
        await stage.rest()
        assert page.table.isVisible()  # type: ignore[attr-defined]

    tell(plot, choices=())


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_a_row_is_chosen_in_both_directions_of_writing(
    direction: Qt.LayoutDirection, qapp: QApplication, theme: Theme
) -> None:
    table = FigureTable(theme, "Figures")
    table.setLayoutDirection(direction)
    heads = [Head("Name", figures=False, wide=True), Head("Value")]
    table.resize(400, 200)
    table.show()
    table.show_rows(heads, [[Cell("a"), Cell("1", 1.0)], [Cell("b"), Cell("2", 2.0)]])
    table.choose_row(1)
    assert (table.current_row, cells(table)[1:]) == (1, [["b", "2"]])
    table.show_rows(heads, [[Cell("a"), Cell("3", 3.0)], [Cell("b"), Cell("4", 4.0)]])
    assert (table.current_row, cells(table)[1:]) == (1, [["b", "4"]])
    table.hide()
    table.deleteLater()


def test_of_very_many_pairs_and_queries_the_first_are_listed(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Seen) -> None:
        page = await stage.show(theme, Part.THRESHOLD)
        assert isinstance(page, ThresholdPage)
        pairs = [
            LabelledPair(one.id, other.id, one.label == other.label) for one, other in combinations(ROWS, 2)
        ]
        queries = [Query(f"q{number}", "ant 1") for number in range(1200)]
        known = stage.model.known
        known.tell(known.judgements.with_pairs(pairs))
        known.tell(known.judgements.with_queries(queries))
        await stage.rest()
        assert page.judging.told.model().rowCount() == 500
        assert page.judging.listed.button.text().endswith("630, of which the first 500 are listed")
        retrieval = await stage.show_part(Part.RETRIEVAL)
        assert isinstance(retrieval, RetrievalPage)
        assert retrieval.queries.model().rowCount() == 1000
        assert f"All {figures.count(1200)} queries count" in retrieval.about.text()

    tell(plot)
