from __future__ import annotations

import logging

import pytest

from workbench.services.listeners import Listeners


def test_everybody_is_told_until_they_have_had_enough() -> None:
    listeners: Listeners[int] = Listeners()
    one: list[int] = []
    other: list[int] = []
    end = listeners.add(one.append)
    listeners.add(other.append)
    listeners.tell(1)
    end()
    listeners.tell(2)
    assert (one, other) == ([1], [1, 2])


def test_one_that_stumbles_keeps_nobody_from_hearing(caplog: pytest.LogCaptureFixture) -> None:
    listeners: Listeners[int] = Listeners()
    heard: list[int] = []

    def stumble(event: int) -> None:
        raise RuntimeError("A bug.")

    listeners.add(stumble)
    listeners.add(heard.append)
    with caplog.at_level(logging.ERROR):
        listeners.tell(1)
    assert heard == [1]
    assert "A listener failed" in caplog.text


def test_one_may_leave_while_it_is_told() -> None:
    listeners: Listeners[int] = Listeners()
    heard: list[int] = []

    def once(event: int) -> None:
        heard.append(event)
        end()

    end = listeners.add(once)
    listeners.add(heard.append)
    listeners.tell(1)
    listeners.tell(2)
    assert heard == [1, 1, 2]


def test_leaving_twice_does_no_harm() -> None:
    listeners: Listeners[int] = Listeners()
    heard: list[int] = []
    leave = listeners.add(heard.append)
    leave()
    leave()
    listeners.tell(1)
    assert heard == []
