"""The tab as a whole: what is open, what is beside it, and repeating a picture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.conftest import Run
from tests.ui.images.fakes import entry
from workbench.domain.errors import StorageFailed
from workbench.domain.exchange import Exchange
from workbench.domain.images.gallery import GalleryImage
from workbench.services.images.repeat import Repeat, Verdict
from workbench.ui.images.model import ImagesModel, PageId, Side
from workbench.ui.support.work import RunningWork


class Desk:
    """services.images.desk.ImagesDesk with nothing but what is put in."""

    def __init__(self) -> None:
        self.gallery = self
        self.repeats = self
        self.records: dict[str, Exchange] = {}
        self.trouble: StorageFailed | None = None

    async def get(self, image_id: str) -> GalleryImage | None:
        return None

    async def images(self, ids: list[str]) -> list[GalleryImage]:
        return []

    async def again(self, image_id: str) -> Repeat:
        if self.trouble is not None:
            raise self.trouble
        return Repeat(entry(1), Verdict.SAME, 0)

    async def exchange(self, exchange_id: str) -> Exchange | None:
        return self.records.get(exchange_id)


Act = Callable[[ImagesModel, Desk], Awaitable[None]]


@pytest.fixture
def go(run_qt: Run) -> Callable[[Act], None]:
    def run(act: Act) -> None:
        async def scenario() -> None:
            desk = Desk()
            model = ImagesModel(desk, RunningWork(), page="gallery")
            try:
                await act(model, desk)
            finally:
                await model.aclose()

        run_qt(scenario())

    return run


def test_a_page_that_is_not_known_is_create() -> None:
    assert ImagesModel(Desk(), RunningWork(), page="attic").page is PageId.CREATE


def test_what_is_asked_for_is_told_from_what_is_there_anyway(go: Callable[[Act], None]) -> None:
    async def act(model: ImagesModel, desk: Desk) -> None:
        changes: list[tuple[Side, bool, bool]] = []
        model.side_changed.connect(lambda: changes.append((model.side, model.side_shown, model.side_asked)))
        model.show_side(Side.QUEUE)
        model.show_side(Side.QUEUE)
        model.show_side(Side.DETAILS, asked=False)
        model.show_side(Side.DETAILS, shown=False)
        assert changes == [
            (Side.QUEUE, True, True),
            (Side.DETAILS, True, False),
            (Side.DETAILS, False, False),
        ]

    go(act)


def test_a_wire_record_is_shown_when_it_is_read(go: Callable[[Act], None]) -> None:
    async def act(model: ImagesModel, desk: Desk) -> None:
        desk.records["e"] = Exchange("e", 1.0)
        model.show_record("e")
        await model.finish()
        assert (model.record, model.side) == (desk.records["e"], Side.RECORD)

    go(act)


def test_a_repeat_that_fails_ends_too(go: Callable[[Act], None]) -> None:
    async def act(model: ImagesModel, desk: Desk) -> None:
        ended: list[tuple[str, object]] = []
        failures: list[object] = []
        model.repeat_ended.connect(lambda image_id, repeat: ended.append((image_id, repeat)))
        model.failed.connect(failures.append)
        model.repeat("a")
        await model.finish()
        desk.trouble = StorageFailed("The file is gone.")
        model.repeat("b")
        await model.finish()
        assert [image_id for image_id, _ in ended] == ["a", "b"]
        assert ended[0][1] is not None
        assert ended[1][1] is None
        assert failures == [desk.trouble]

    go(act)
