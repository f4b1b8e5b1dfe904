"""How the self-tests wait, and what they say when nothing comes."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import Run
from workbench.ui.support.self_test import SelfTestFailed, wait_until


def test_what_comes_later_is_waited_for(run_async: Run) -> None:
    seen: list[str] = []

    async def story() -> None:
        asyncio.get_running_loop().call_later(0.02, seen.append, "an answer")
        await wait_until("an answer comes", lambda: seen)

    run_async(story())
    assert seen == ["an answer"]


def test_what_does_not_come_is_named_with_what_was_seen_instead(run_async: Run) -> None:
    with pytest.raises(SelfTestFailed) as caught:
        run_async(wait_until("an answer comes", lambda: False, lambda: "Nobody answers.", patience_s=0))
    assert (caught.value.step, caught.value.seen) == ("an answer comes", "Nobody answers.")
    assert str(caught.value) == "an answer comes (Nobody answers.)"


def test_where_nothing_is_seen_the_step_says_it_alone(run_async: Run) -> None:
    with pytest.raises(SelfTestFailed) as caught:
        run_async(wait_until("an answer comes", lambda: False, patience_s=0))
    assert str(caught.value) == "an answer comes"
