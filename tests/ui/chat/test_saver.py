"""What is typed is written down soon."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.conftest import Run
from workbench.domain.errors import InvalidInput, StorageFailed, WorkbenchError
from workbench.ui.chat.saver import Saver
from workbench.ui.support.tasks import TaskScope


class Book:
    def __init__(self) -> None:
        self.written: list[str] = []
        self.trouble: WorkbenchError | None = None

    def write(self, text: str) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            if self.trouble is not None:
                raise self.trouble
            self.written.append(text)

        return work


def test_only_the_newest_of_each_key_is_written(run_qt: Run) -> None:
    async def story() -> None:
        book, tasks = Book(), TaskScope()
        saver = Saver(tasks)
        saver.later("a", book.write("1"))
        saver.later("a", book.write("2"))
        saver.later("b", book.write("3"))
        await saver.flush()
        await saver.flush()
        assert book.written == ["2", "3"]

    run_qt(story())


def test_a_write_that_may_work_later_is_tried_again(run_qt: Run) -> None:
    async def story() -> None:
        book, tasks = Book(), TaskScope()
        saver = Saver(tasks)
        book.trouble = StorageFailed("The disk is full.")
        saver.later("a", book.write("1"))
        with pytest.raises(StorageFailed):
            await saver.flush()
        book.trouble = None
        await saver.flush()
        assert book.written == ["1"]

    run_qt(story())


def test_a_write_that_can_never_work_does_not_hold_up_the_rest(run_qt: Run) -> None:
    async def story() -> None:
        book, bad, tasks = Book(), Book(), TaskScope()
        bad.trouble = InvalidInput("It is gone.")
        saver = Saver(tasks)
        saver.later("a", bad.write("1"))
        saver.later("b", book.write("2"))
        with pytest.raises(InvalidInput):
            await saver.flush()
        await saver.flush()
        assert book.written == ["2"]

    run_qt(story())
