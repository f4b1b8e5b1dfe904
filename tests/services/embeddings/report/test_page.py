"""The page, read as a browser reads it."""

from __future__ import annotations

import re
from array import array
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Run
from tests.services.embeddings.report.study import PALETTES, ROWS, judged_by_group, opened_set
from workbench.domain.embeddings.cuts import Cut, PairScores
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import StorageFailed
from workbench.services.embeddings.report import pictures
from workbench.services.embeddings.report.findings import findings
from workbench.services.embeddings.report.page import html, write_report
from workbench.services.embeddings.report.pictures import histogram, quality_and_cost

_ALONE = {"meta", "br"}


class Page(HTMLParser):
    """Fails where tags do not close as they opened."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.titles: list[str] = []
        self.points = 0
        self.cells: list[str] = []
        self.links: list[str] = []
        self.pictures = 0
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ALONE:
            self.open.append(tag)
        known = dict(attrs)
        self.points += tag == "circle" and known.get("r") == "3.2"
        self.pictures += tag == "svg"
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _ALONE:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("h1", "h2"):
            self.titles.append(data)
        if "td" in self.open:
            self.cells.append(data)


def page_of(folder: Path, run: Run, measure: Measure = Measure.COSINE) -> str:
    async def story() -> str:
        async with opened_set(folder, judgements=judged_by_group()) as one:
            found = await findings(one.study, one.titled, one.sources, measure)
            return await html(found, PALETTES, now=0.0)

    text: str = run(story())
    return text


@pytest.mark.parametrize("measure", Measure)
def test_all_parts_are_there_with_their_pictures(tmp_path: Path, run_async: Run, measure: Measure) -> None:
    page = Page(page_of(tmp_path, run_async, measure))
    assert page.titles == [
        "Fruit & <veg>", "Models", "Similarity", "Map", "Retrieval", "Threshold", "Agreement", "Languages",
        "Smaller vectors", "How it was reckoned",
    ]  # fmt: skip
    assert page.pictures == 2 + 2 + 1 + 2 + 2
    assert page.points == 2 * len(ROWS)
    assert "1.000" in page.cells


def test_nothing_is_fetched_and_nothing_runs(tmp_path: Path, run_async: Run) -> None:
    text = page_of(tmp_path, run_async)
    assert all(link.startswith("data:image/png") for link in Page(text).links)
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import|http://(?!www\.w3\.org)|https://", text)


def test_colours_follow_the_form_of_the_window_and_paper_is_light(tmp_path: Path, run_async: Run) -> None:
    text = page_of(tmp_path, run_async)
    light, _, dark = text.partition("@media screen and (prefers-color-scheme:dark)")
    assert f"--text:{PALETTES.light.text}" in light
    assert f"--text:{PALETTES.dark.text}" in dark[: dark.index("}.by-day")]
    assert len(Page(text).links) == 2 * 2
    assert not re.search(r'(?:fill|stroke)="#', text)


def test_what_was_not_measured_is_said(tmp_path: Path, run_async: Run) -> None:
    rows = tuple(TextRow(str(number), f"text {number}") for number in range(12))

    async def story() -> str:
        async with opened_set(tmp_path, rows, one=np.random.default_rng(1).standard_normal((12, 4))) as one:
            found = await findings(one.study, one.titled, one.sources, Measure.COSINE)
            return await html(found, PALETTES)

    text = run_async(story())
    for said in ("Labels apart: ", "Retrieval: ", "The best threshold: ", "Languages: ", "Agreement: "):
        assert f"<bdi>{said}" in text


def test_names_from_right_to_left_stand_by_themselves(tmp_path: Path, run_async: Run) -> None:
    rows = tuple(TextRow(str(number), f"نص {number}", f"وسم {number % 2}") for number in range(8))

    async def story() -> str:
        async with opened_set(tmp_path, rows, نموذج=np.random.default_rng(1).standard_normal((8, 4))) as one:
            found = await findings(one.study, one.titled, one.sources, Measure.COSINE)
            return await html(found, PALETTES)

    text = run_async(story())
    assert '<span dir="auto">وسم 1</span>' in text
    assert '<span dir="auto">نموذج</span>' in text


def test_texts_stay_texts(tmp_path: Path, run_async: Run) -> None:
    text = page_of(tmp_path, run_async)
    assert "<en>" not in text
    assert "&lt;en&gt; text &amp; 0" in text


def test_figures_on_the_page_are_those_that_were_found(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened_set(tmp_path) as one:
            found = await findings(one.study, one.titled, one.sources, Measure.COSINE)
            page = Page(await html(found, PALETTES))
            for each in found.columns:
                assert each.separation is not None
                assert each.separation.silhouette is not None
                assert f"{each.separation.silhouette:.3f}".replace("-", "\u2212") in page.cells
                assert each.scores is not None
                assert each.scores.best is not None
                assert f"{each.scores.best.f1:.3f}" in page.cells

    run_async(story())


def test_who_stood_in_for_a_model_is_said_and_that_nothing_was_paid(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened_set(tmp_path) as one:
            found = await findings(one.study, one.titled, one.sources, Measure.COSINE)
            assert "sandbox" not in await html(found, PALETTES)
            found.columns[0].engine = "minilm"
            found.columns[1].engine = "simulated"
            text = await html(found, PALETTES)
            first, second = (each.title for each in found.columns[:2])
            assert f"In the sandbox all-MiniLM-L6-v2 stood in for {first}." in text
            assert f"The sandbox has made the vectors of {second} up" in text
            assert Page(text).cells.count("nothing: sandbox") == 2

    run_async(story())


@pytest.mark.parametrize("costs", [(0.012, 0.02), (0.01, 0.01), (0.0, 0.5), (0.02, 0.021, 0.022, 0.02)])
def test_names_of_models_are_not_written_over_each_other(costs: tuple[float, ...]) -> None:
    points = [(f"a-model-{number}", usd, 0.035) for number, usd in enumerate(costs)]
    drawn = quality_and_cost(points, "labels apart", PALETTES, "x")
    boxes = []
    for x, y, anchor in re.findall(
        r'<text x="([0-9.]+)" y="([0-9.]+)" text-anchor="(\w+)"[^>]*>a-model', drawn
    ):
        left = float(x) - (60 if anchor == "end" else 0)
        boxes.append((left, float(y)))
    assert len(boxes) == len(costs)
    for one, other in combinations(boxes, 2):
        assert abs(one[0] - other[0]) > 55 or abs(one[1] - other[1]) > 10


def test_a_scale_fits_what_stands_on_it() -> None:
    drawn = quality_and_cost([("a", 0.01, -0.03), ("b", 0.05, 0.18)], "labels apart", PALETTES, "x")
    marks = re.findall(r'text-anchor="end"[^>]*>(-?[0-9.]+)</text>', drawn)
    assert (float(marks[0]), float(marks[-1])) == (-0.05, 0.2)


@pytest.mark.parametrize("many", [1, 2, 3])
def test_of_very_few_texts_there_is_a_page_too(tmp_path: Path, run_async: Run, many: int) -> None:
    rows = tuple(TextRow(str(number), f"text {number}") for number in range(many))

    async def story() -> None:
        async with opened_set(tmp_path, rows, one=np.eye(many, 3)) as one:
            found = await findings(one.study, one.titled, one.sources, Measure.COSINE)
            assert "Models" in Page(await html(found, PALETTES)).titles

    run_async(story())


def test_rows_that_cannot_be_compared_are_no_points(tmp_path: Path, run_async: Run) -> None:
    values = np.random.default_rng(1).standard_normal((len(ROWS), 8))
    values[3] = np.nan

    async def story() -> None:
        async with opened_set(tmp_path, one=values) as one:
            found = await findings(one.study, one.titled, one.sources, Measure.COSINE)
            page = Page(await html(found, PALETTES))
            assert page.points == len(ROWS) - 1
            assert "23 (1 missing)" in page.cells

    run_async(story())


def test_very_many_points_are_a_picture(
    tmp_path: Path, run_async: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_POINTS", 10)
    page = Page(page_of(tmp_path, run_async))
    assert page.points == 0
    assert len(page.links) == 2 * 4


def test_it_is_written_whole_or_not_at_all(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened_set(tmp_path) as one:
            found = await findings(one.study, one.titled[:1], one.sources, Measure.COSINE)
            await write_report(tmp_path / "out.html", found, PALETTES)
            with pytest.raises(StorageFailed):
                await write_report(tmp_path / "gone" / "out.html", found, PALETTES)

    run_async(story())
    assert (tmp_path / "out.html").read_text("utf-8").endswith("</html>\n")


@pytest.mark.parametrize(("least", "most"), [(0.0, 9.0), (-9.0, 1.0)])
def test_what_stands_beside_the_cut_is_not_written_over(least: float, most: float) -> None:
    scores = PairScores(
        "k", True, array("d", [0.5]), array("d", [0.4]), array("d"), 0, (least, most), ((1,), (1,), (0,)),
        Cut(0.5, 1.0, 1.0, 1.0),
    )  # fmt: skip
    words = re.findall(
        r'<text x="([0-9.]+)"[^>]*text-anchor="(\w+)"[^>]*>(similar|0\.500)', histogram(scores, "x")
    )
    places = {word: (float(x), anchor) for x, anchor, word in words}
    assert places["similar"][1] != places["0.500"][1] or abs(places["similar"][0] - places["0.500"][0]) > 60
