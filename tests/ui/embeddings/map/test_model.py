"""What the map shows, driven without a window."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from tests.conftest import Run
from tests.services.embeddings.desk import window
from tests.ui.embeddings.map.stage import Stage, clouds, texts
from workbench.domain.embeddings.maps import STEPS, ColourBy, Colouring, MapKind
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings import colouring
from workbench.services.embeddings.maps import Maps
from workbench.services.embeddings.study import Study
from workbench.storage.embedding_maps import EmbeddingMapFiles
from workbench.ui.embeddings.map.model import MapModel, Take
from workbench.ui.embeddings.map.model import Stage as Waiting
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.vectors.matrix import Vectors, vectors_of

Plot = Callable[[Stage], Awaitable[None]]
Tell = Callable[..., None]


@pytest.fixture
def tell(run_qt: Run) -> Tell:
    def run(plot: Plot, rows: tuple[TextRow, ...] | None = None, **named: Vectors) -> None:
        async def story() -> None:
            async with Stage(rows, **named) as stage:
                await plot(stage)

        run_qt(story())

    return run


def test_the_components_are_there_at_once_with_the_labels_as_colours(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        (shown,) = stage.model.shown
        assert shown.made.kind is MapKind.COMPONENTS
        assert shown.dots is not None
        assert shown.colours is not None
        assert shown.colours.names == ("apples", "trains", "clouds")
        assert shown.made.trust is not None
        assert shown.apart is not None
        assert shown.apart > 0.8
        assert len(shown.middles) == 3
        assert stage.model.working is None

    tell(plot)


def test_nothing_is_reckoned_while_nobody_looks(run_qt: Run) -> None:
    async def story() -> None:
        stage = Stage()
        stage.shared.open("s")
        await stage.shared._tasks.finish()
        await stage.settled()
        assert stage.desk.own.reads == 0
        stage.model.set_seen(True)
        await stage.settled()
        assert stage.model.shown
        stage.model.set_seen(False)
        before = stage.drawn
        stage.model.colour(ColourBy.CLUSTER)
        await stage.settled()
        assert stage.drawn == before
        stage.model.set_seen(True)
        await stage.settled()
        assert stage.model.colours is not None
        assert stage.model.colours.by is ColourBy.CLUSTER
        await stage.model.aclose()
        await stage.shared.aclose()

    run_qt(story())


def test_neighbourhoods_are_laid_out_when_somebody_asks(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        before = stage.model.shown[0].made
        stage.model.set_kind(MapKind.NEIGHBOURS)
        assert stage.model.shown[0].made is before  # what there was stays meanwhile
        await stage.settled()
        assert stage.model.shown[0].made.kind is MapKind.NEIGHBOURS
        first = stage.model.shown[0].made.coordinates
        stage.model.lay_out_anew()
        await stage.settled()
        assert not np.array_equal(first, stage.model.shown[0].made.coordinates)

    tell(plot, texts(60), one=clouds(60))


def test_what_is_stopped_leaves_what_was_there(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        before = stage.model.shown[0].made
        stage.model.set_kind(MapKind.NEIGHBOURS)
        stage.model.stop()
        await stage.settled()
        assert stage.model.kind is MapKind.COMPONENTS
        assert stage.model.shown[0].made is before
        assert stage.model.working is None

    tell(plot, texts(60), one=clouds(60))


def test_two_models_lie_over_one_another_with_the_same_groups(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.show_columns(column.key for column in stage.shared.columns)
        stage.model.colour(ColourBy.CLUSTER, 3)
        await stage.settled()
        one, other = stage.model.shown
        assert one.made.disparity is None
        assert other.made.disparity is not None
        assert other.made.disparity < 0.1
        assert other.colours is one.colours

    tell(plot, one=clouds(), other=clouds(turned=True))


def test_likeness_is_each_models_own(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.show_columns(column.key for column in stage.shared.columns)
        stage.model.colour(ColourBy.LIKENESS)
        await stage.settled()
        assert stage.model.needs_row
        stage.shared.select([0])
        await stage.settled()
        one, other = stage.model.shown
        assert not stage.model.needs_row
        assert one.colours is not None
        assert other.colours is not None
        assert one.colours.by is other.colours.by is ColourBy.LIKENESS
        assert one.colours.least != other.colours.least
        assert one.colours.shades[3] > one.colours.shades[1]

    tell(plot, one=clouds(), other=clouds(seed=2))


def test_a_query_needs_a_model_that_can_be_asked(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.compare_with(" something ")
        await stage.settled()
        assert stage.model.trouble is not None
        assert "Choose a row" in stage.model.trouble.fix
        assert stage.model.shown[0].dots is not None
        stage.model.colour(ColourBy.LABEL)
        await stage.settled()
        assert stage.model.trouble is None

    tell(plot)


def test_hidden_groups_are_not_on_the_map_and_come_back(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        everything = [(-100.0, -100.0), (-100.0, 100.0), (100.0, 100.0), (100.0, -100.0)]

        def seen() -> list[int]:
            dots = stage.model.shown[0].dots
            assert dots is not None
            return list(dots.inside(everything))

        stage.model.show_group(0, False)
        await stage.settled()
        assert [row % 3 for row in seen()] == [1, 2] * 4
        stage.model.show_only(0)
        await stage.settled()
        assert {row % 3 for row in seen()} == {0}
        stage.model.show_only(None)
        await stage.settled()
        assert len(seen()) == 12
        stage.model.show_group(1, False)
        stage.model.colour(ColourBy.LANGUAGE)
        await stage.settled()
        assert not stage.model.hidden

    tell(plot)


def test_what_is_searched_for_stands_out_and_can_be_selected(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.search("TRAINS about")
        await stage.settled()
        assert stage.model.found == (1, 4, 7, 10)
        assert stage.model.lit == stage.model.found
        stage.model.select_found()
        stage.model.search("")
        await stage.settled()
        assert stage.model.lit == (1, 4, 7, 10)
        stage.shared.select([3])
        assert stage.model.lit is None

    tell(plot)


def test_rows_are_selected_one_by_one_and_by_an_outline(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model

        def picked() -> list[int]:
            return list(stage.shared.selected)

        model.select_row(3)
        model.select_row(5, also=True)
        assert picked() == [3, 5]
        model.select_row(3, also=True)
        assert picked() == [5]
        model.select_row(-1, also=True)
        assert picked() == [5]
        x, y = model.shown[0].made.place(0) or (0.0, 0.0)
        box = [(x - 1e-4, y - 1e-4), (x - 1e-4, y + 1e-4), (x + 1e-4, y + 1e-4), (x + 1e-4, y - 1e-4)]
        dots = model.shown[0].dots
        assert dots is not None
        model.select_inside(dots, box, Take.ADD)
        await stage.settled()
        assert picked() == [5, 0]
        model.select_inside(dots, box, Take.REMOVE)
        await stage.settled()
        assert picked() == [5]
        model.select_inside(dots, box)
        await stage.settled()
        assert picked() == [0]
        model.select_row(-1)
        assert picked() == []
        model.select_group(1)
        await stage.settled()
        assert picked() == [1, 4, 7, 10]

    tell(plot)


def test_search_goes_from_one_that_was_found_to_the_next(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model, arrived = stage.model, list[int]()
        model.arrived.connect(arrived.append)
        for _ in range(5):
            model.go_to_found("trains")
            await stage.settled()
        assert arrived == [1, 4, 7, 10, 1]
        assert stage.shared.selected == (1,)
        model.go_to_found("nowhere")
        await stage.settled()
        assert len(arrived) == 5

    tell(plot)


def test_neighbourhoods_that_were_mapped_before_are_there_at_once(run_qt: Run, tmp_path: Path) -> None:
    async def story() -> None:
        files = EmbeddingMapFiles(tmp_path)
        stage = Stage()
        stage.desk.maps = Maps(files)
        async with stage:
            assert stage.model.kind is MapKind.COMPONENTS
            stage.model.set_kind(MapKind.NEIGHBOURS)
            await stage.settled()
            drawn = stage.model.shown[0].made
        again = Stage()
        again.desk.maps = Maps(files)
        async with again:
            assert again.model.kind is MapKind.NEIGHBOURS
            [shown] = again.model.shown
            assert np.array_equal(shown.made.coordinates, drawn.coordinates)
            again.model.set_kind(MapKind.COMPONENTS)
            await again.settled()
            assert again.model.shown[0].made.kind is MapKind.COMPONENTS

    run_qt(story())


def test_what_takes_long_is_told_before_it_begins(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.ui.embeddings.map.model._LONG", 11)

    async def plot(stage: Stage) -> None:
        model = stage.model
        model.set_kind(MapKind.NEIGHBOURS)
        await stage.settled()
        assert model.asking is not None
        assert model.asking.rows == 12
        assert model.working is None
        assert model.shown[0].made.kind is MapKind.COMPONENTS
        model.set_kind(MapKind.COMPONENTS)
        await stage.settled()
        assert model.asking is None
        model.set_kind(MapKind.NEIGHBOURS)
        await stage.settled()
        model.agree()
        await stage.settled()
        assert model.asking is None
        assert model.shown[0].made.kind is MapKind.NEIGHBOURS

    tell(plot)


def test_vectors_that_cannot_be_read_are_told_and_tried_again(run_qt: Run) -> None:
    async def story() -> None:
        stage = Stage()
        stage.desk.own.broken.add("one")
        async with stage:
            assert stage.model.trouble is not None
            assert not stage.model.shown
            assert stage.model.working is None
            stage.desk.own.broken.clear()
            stage.model.again()
            await stage.settled()
            assert stage.model.trouble is None
            assert stage.model.shown

    run_qt(story())


def test_rows_without_a_vector_are_counted(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        assert stage.model.shown[0].missing == 2

    values = clouds().values.copy()
    values[[2, 7]] = 0.0
    tell(plot, one=vectors_of(values))


def test_without_labels_the_clusters_are_looked_for(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        assert stage.model.ways == (ColourBy.CLUSTER, ColourBy.LIKENESS, ColourBy.NOTHING)
        assert stage.model.colours is not None
        assert len(stage.model.colours.sizes) == 3

    tell(plot, tuple(TextRow(str(n), f"text {n}") for n in range(30)), one=clouds(30))


def test_clusters_are_looked_for_once_however_the_map_is_laid_out(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[int | None] = []
    by_clusters = colouring.by_clusters

    async def counted(vectors: Vectors, rows: Sequence[str], many: int | None, **more: Any) -> Colouring:
        searches.append(many)
        return await by_clusters(vectors, rows, many, **more)

    monkeypatch.setattr(colouring, "by_clusters", counted)

    async def plot(stage: Stage) -> None:
        model = stage.model
        model.colour(ColourBy.CLUSTER)
        await stage.settled()
        model.set_kind(MapKind.NEIGHBOURS)
        await stage.settled()
        model.set_kind(MapKind.COMPONENTS)
        await stage.settled()
        assert searches == [None]
        model.colour(ColourBy.CLUSTER, 4)
        await stage.settled()
        assert searches == [None, 4]

    tell(plot)


def test_a_map_is_there_before_its_clusters_are(run_qt: Run) -> None:
    async def story() -> None:
        stage = Stage(tuple(replace(row, label="", language="") for row in texts()))
        seen: list[tuple[ColourBy | None, bool]] = []

        def look() -> None:
            for each in stage.model.shown:
                seen.append((each.colours.by if each.colours is not None else None, each.dots is not None))

        stage.model.changed.connect(look)
        async with stage:
            assert seen[0] == (ColourBy.NOTHING, True)
            assert seen[-1] == (ColourBy.CLUSTER, True)
            seen.clear()
            stage.model.set_kind(MapKind.NEIGHBOURS)
            await stage.settled()
            assert all(dots for _, dots in seen), "something is always to be seen"

    run_qt(story())


def test_a_column_that_is_not_compared_any_more_goes_from_the_map(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        one, other = stage.shared.columns
        stage.model.show_columns([one.key, other.key])
        await stage.settled()
        assert len(stage.model.shown) == 2
        stage.shared.compare(one.key, False)
        await stage.settled()
        assert [each.column.key for each in stage.model.shown] == [other.key]
        stage.shared.compare(other.key, False)
        await stage.settled()
        assert not stage.model.shown

    tell(plot, one=clouds(), other=clouds(seed=2))


def test_another_set_begins_anew(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.search("apples")
        stage.model.show_group(1, False)
        stage.model.set_kind(MapKind.NEIGHBOURS)
        await stage.settled()
        stage.shared.open("s")
        await stage.shared._tasks.finish()
        await stage.settled()
        assert (stage.model.words, stage.model.hidden, stage.model.kind) == (
            "",
            frozenset(),
            MapKind.COMPONENTS,
        )
        assert stage.model.shown
        stage.shared.open("")
        await stage.shared._tasks.finish()
        await stage.settled()
        assert not stage.model.shown

    tell(plot)


def test_coordinates_are_handed_out_with_the_groups(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        lines = (await stage.model.csv(["A", "T", "C"])).decode("utf-8-sig").splitlines()
        assert lines[0] == "id,text,label,language,group,x,y"
        assert lines[1].startswith("1,about apples no 0,apples,en,A,")
        assert len(lines) == 13

    tell(plot)


def test_colours_that_are_stopped_leave_points_of_one_colour(run_qt: Run) -> None:
    async def story() -> None:
        stage = Stage(tuple(TextRow(str(n), f"text {n}") for n in range(60)), one=clouds(60))
        stage.model.changed.connect(lambda: _stop_at_clusters(stage))
        async with stage:
            assert stage.model.by is ColourBy.NOTHING
            assert stage.model.shown[0].dots is not None
            assert stage.model.working is None

    run_qt(story())


def _stop_at_clusters(stage: Stage) -> None:
    if stage.model.working is not None and stage.model.stage is Waiting.COLOURING:
        stage.model.stop()


def test_a_query_colours_by_what_its_model_makes_of_it(run_qt: Run, tmp_path: Path) -> None:
    async def story() -> None:
        async with window(tmp_path) as desk:
            run = await desk.over(await desk.begin([f"text {n}" for n in range(8)]))
            own = SimpleNamespace(of=_nothing)
            whole = SimpleNamespace(
                sets=desk.texts,
                calls=desk.embedding,
                maps=Maps(),
                study=lambda texts: Study(texts, desk.runs, cast("Any", own)),
            )
            shared = EmbeddingsModel(cast("Any", whole))
            model = MapModel(shared, cast("Any", whole))
            shared.open(run.text_set_id)
            await shared._tasks.finish()
            model.set_seen(True)
            shared.set_measure(Measure.EUCLID)
            model.compare_with("text 3")
            for _ in range(6):
                await asyncio.sleep(0.01)
                await model._tasks.finish()
            assert model.trouble is None
            assert model.colours is not None
            assert model.colours.by is ColourBy.LIKENESS
            assert model.colours.shades.index(STEPS - 1) == 3
            assert model.colours.least == 0
            assert desk.wire.sent.count("text 3") == 1  # its vector was known
            await model.aclose()
            await shared.aclose()

    run_qt(story())


async def _nothing(set_id: str) -> tuple[()]:
    return ()
