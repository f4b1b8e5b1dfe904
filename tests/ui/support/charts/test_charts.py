from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.ui.support.charts.chart import Axis, Chart
from workbench.ui.support.charts.histogram import Histogram
from workbench.ui.support.charts.intervals import Bar, IntervalChart
from workbench.ui.support.charts.lines import Line, LineChart
from workbench.ui.support.charts.points import Point, PointChart
from workbench.ui.support.charts.scale import Scale
from workbench.ui.support.theme import Theme


def shown(qtbot: QtBot, chart: Chart) -> None:
    qtbot.addWidget(chart)
    chart.resize(400, 240)
    chart.show()


def test_the_mouse_tells_the_point_it_is_near(qtbot: QtBot, theme: Theme) -> None:
    chart = PointChart(theme, "Quality")
    chart.set_axes(Axis(Scale(0, 1)), Axis(Scale(0, 1)))
    chart.show_points([Point("a", 0.2, 0.3, "first"), Point("b", 0.8, 0.9, "second", 1, 0.85, 0.95)])
    shown(qtbot, chart)
    QTest.mouseMove(chart, chart.at(0.8, 0.9).toPoint() + QPoint(5, 5))
    assert chart.pointed == "second"
    QTest.mouseMove(chart, chart.at(0.5, 0.1).toPoint())
    assert chart.pointed == ""


def test_the_arrow_keys_go_through_everything(qtbot: QtBot, theme: Theme) -> None:
    chart = LineChart(theme, "Recall")
    chart.set_axes(Axis(Scale(1, 100, base=10)), Axis(Scale(0, 1)), ["one", "other"])
    chart.show_lines([Line("one", ((2, 0.5, "a"), (50, 0.9, "b"))), Line("other", ((4, 0.2, "c"),))])
    shown(qtbot, chart)
    told = []
    for _ in range(4):
        QTest.keyClick(chart, Qt.Key.Key_Right)
        told.append(chart.pointed)
    assert told == ["a", "b", "c", "a"]
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.pointed == "c"
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.pointed == ""
    assert not chart.grab().isNull()


def test_a_chart_is_left_to_right_in_every_language(qtbot: QtBot, theme: Theme) -> None:
    chart = PointChart(theme, "Quality")
    chart.say("Nothing yet.")
    qtbot.addWidget(chart)
    assert chart.layoutDirection() is Qt.LayoutDirection.LeftToRight
    assert (chart.accessibleName(), chart.accessibleDescription()) == ("Quality", "Nothing yet.")
    chart.set_axes(Axis(Scale(0, 10)), Axis(Scale(0, 10)))
    assert chart.at(8, 0).x() > chart.at(2, 0).x()


@pytest.fixture
def histogram(qtbot: QtBot, theme: Theme) -> Histogram:
    chart = Histogram(theme, "Scores")
    chart.show_counts((0.0, 0.5, 1.0), (1, 3), (2, 0), ("similar", "not similar"), "Score")
    chart.set_cut(0.5)
    shown(qtbot, chart)
    return chart


def test_the_line_is_dragged(histogram: Histogram, qtbot: QtBot) -> None:
    moved: list[float] = []
    histogram.cut_moved.connect(moved.append)
    QTest.mousePress(histogram, Qt.MouseButton.LeftButton, pos=histogram.at(0.5, 0).toPoint())
    QTest.mouseMove(histogram, histogram.at(0.25, 0).toPoint())
    QTest.mouseMove(histogram, QPoint(-50, 5))
    QTest.mouseRelease(histogram, Qt.MouseButton.LeftButton)
    assert histogram.cut == 0.0
    assert moved[-2] == pytest.approx(0.25, abs=0.01)
    QTest.mouseMove(histogram, histogram.at(0.9, 0).toPoint())
    assert histogram.cut == 0.0


def test_the_line_is_moved_by_keys_and_the_bars_are_told(histogram: Histogram) -> None:
    QTest.keyClick(histogram, Qt.Key.Key_Right)
    assert histogram.cut == pytest.approx(0.51)
    QTest.keyClick(histogram, Qt.Key.Key_Down)
    assert histogram.pointed == "0.00 – 0.50\n1 similar\n2 not similar"
    QTest.keyClick(histogram, Qt.Key.Key_Down)
    assert histogram.pointed == "0.50 – 1.00\n3 similar"


def test_every_name_has_its_line(qtbot: QtBot, theme: Theme) -> None:
    chart = IntervalChart(theme, "nDCG")
    chart.show_bars(Axis(Scale(0, 1)), [Bar("one", 0.5, 0.4, 0.6, "a"), Bar("other", 0.7, 0.6, 0.9, "b", 1)])
    shown(qtbot, chart)
    first, second = chart.spots()
    assert first.point.y() < second.point.y()
    QTest.mouseMove(chart, QPoint(3, round(second.point.y())))
    assert chart.pointed == "b"
    assert not chart.grab().isNull()


def test_figures_beside_an_axis_differ_however_near_they_are() -> None:
    axis = Axis(Scale(-0.0125, -0.0121))
    texts = [text for _, text in axis.ticks(5)]
    assert texts == ["-0.0125", "-0.0124", "-0.0123", "-0.0122", "-0.0121"]
