from __future__ import annotations

from workbench.ui.support.work import RunningWork


def test_work_is_listed_until_it_is_done() -> None:
    running, seen = RunningWork(), list[int]()
    running.changed.connect(lambda: seen.append(len(running.items)))
    first = running.add("Answer")
    second = running.add("Answer")
    first.done()
    first.done()
    second.done()
    assert seen == [1, 2, 1, 0]


def test_cancelling_asks_the_owner_and_waits_for_it_to_be_done() -> None:
    running, asked = RunningWork(), list[str]()
    work = running.add("Answer", lambda: asked.append("stop"))
    work.cancel()
    assert asked == ["stop"]
    assert running.items == (work,)


def test_progress_is_announced_when_it_moves() -> None:
    work, seen = RunningWork().add("Import"), list[float | None]()
    work.changed.connect(lambda: seen.append(work.progress))
    work.set_progress(0.5)
    work.set_progress(0.5)
    assert seen == [0.5]
    assert not work.cancellable
