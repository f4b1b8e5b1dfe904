"""Calls, pictures and batches in the user's words."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.images.results.fakes import NOW, batch_of, done, draft_of, failed, running
from workbench.domain.images.jobs import JobState
from workbench.ui.images.results import words
from workbench.ui.images.results.result import Counts, Result


def test_a_call_that_is_tried_again_says_so() -> None:
    _, (job,) = batch_of(draft_of())
    assert words.state(Result(running(job)), NOW) == "Running · 12 s"
    assert words.state(Result(replace(running(job), attempts=2)), NOW) == "Running · try 2 · 12 s"


def test_the_seed_is_the_one_that_was_sent() -> None:
    _, (job,) = batch_of(draft_of())
    assert words.seed(Result(job)) == str(job.settings.seed)
    over, (image,) = done(job, 1)
    unseeded = replace(image, settings=replace(image.settings, seed=None))
    assert words.seed(Result(over, unseeded)) == ""


def test_what_a_batch_may_cost_is_told_only_while_it_runs() -> None:
    assert words.costs(Counts(total=1, waiting=1, estimated=0.5)) == "about $0.500 in all"
    assert words.costs(Counts(total=1, failed=1, estimated=0.5)) == ""


def test_a_failure_tells_what_why_and_what_to_do() -> None:
    _, (job,) = batch_of(draft_of())
    over = failed(job)
    assert over.state is JobState.FAILED
    assert over.trouble is not None
    assert words.reasons(Result(over)) == (over.trouble.what, over.trouble.why, over.trouble.fix)
