"""What a target has, before and after it has been asked."""

from __future__ import annotations

from tests.conftest import Run
from tests.ui.support.models.fakes import NEW, NO_ANSWER, OLD, OTHER, FakeKnown, FakeTargets, listed
from workbench.domain.targets import Target, TargetKind


def test_what_is_known_is_there_at_once_with_retired_ones_last() -> None:
    models = listed(FakeKnown())
    assert models.all == (NEW, OTHER, OLD)
    assert models.found("A/ O") == (OLD,)
    assert models.find("x/y").known is False


def test_a_target_is_asked_once_and_again_only_when_that_is_wanted(run_qt: Run) -> None:
    async def story() -> None:
        known, targets = FakeKnown(), FakeTargets()
        models = listed(known, targets)
        for _ in range(2):
            models.refresh()
        await models.finish()
        models.refresh(again=True)
        assert models.loading
        await models.finish()
        assert known.asked == ["t", "t"]
        targets.current = Target("u", "Other", TargetKind.LOCAL)
        models.refresh()
        await models.finish()
        assert known.asked[-1] == "u"

    run_qt(story())


def test_a_list_that_does_not_come_leaves_the_one_there_is_and_says_why(run_qt: Run) -> None:
    async def story() -> None:
        known = FakeKnown()
        known.trouble = NO_ANSWER
        models = listed(known)
        told: list[bool] = []
        models.changed.connect(lambda: told.append(models.loading))
        models.refresh()
        await models.finish()
        assert told == [True, False]
        assert models.trouble is not None
        assert models.trouble.what == "Nothing answers."
        assert models.all == (NEW, OTHER, OLD)
        models.refresh(again=True)
        assert models.trouble is None
        await models.aclose()

    run_qt(story())
