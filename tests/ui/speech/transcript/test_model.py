"""A transcript's model: steps by name, what is heard meanwhile, wishes, and what is doubtful."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.conftest import Run
from tests.ui.speech.transcript.samples import segment, texts, transcript
from workbench.domain.speech import editing
from workbench.domain.speech.transcripts import Transcript
from workbench.ui.speech.transcript.document import Span, TranscriptDocument
from workbench.ui.speech.transcript.model import TranscriptModel
from workbench.ui.speech.transcript.timeline import Place

VALUE = transcript("the cat sat down", "thank you", "good bye", speakers=("Ann", "Bo"))


def model_of(value: Transcript = VALUE) -> TranscriptModel:
    return TranscriptModel(TranscriptDocument(value))


def test_a_speaker_is_renamed_everywhere_in_one_step(qapp: object) -> None:
    model = model_of()
    model.rename_speaker("Ann", " Anna ")
    assert model.transcript.speakers == ("Anna", "Bo")
    assert model.document.history.count() == 1
    model.rename_speaker("Anna", "  ")
    assert model.transcript.speakers == ("Anna", "Bo")


def test_all_hits_are_replaced_in_one_step(run_qt: Run) -> None:
    async def scenario() -> None:
        model = model_of(transcript("a cat and a cat", "no dog", "a Cat"))
        model.finder.look_for("cat", case=False, whole_words=True)
        assert len(model.finder.hits) == 3
        told: list[int] = []
        model.replaced.connect(told.append)
        model.replace_all("dog")
        await model.tasks.finish()
        assert told == [3]
        assert texts(model.transcript) == ["a dog and a dog", "no dog", "a dog"]
        assert model.document.history.count() == 1
        assert not model.finder.hits

    run_qt(scenario())


def test_what_is_typed_while_all_hits_are_replaced_is_not_lost(run_qt: Run) -> None:
    async def scenario() -> None:
        model = model_of(transcript("a cat", "one"))
        model.finder.look_for("cat", case=False, whole_words=True)
        model.replace_all("dog")
        await asyncio.sleep(0)
        model.type(["s2"], ["one more"])
        await model.tasks.finish()
        assert texts(model.transcript) == ["a dog", "one more"]
        await model.aclose()

    run_qt(scenario())


def test_one_hit_is_replaced_and_the_next_is_there(qapp: object) -> None:
    model = model_of(transcript("a cat and a cat", "one cat"))
    model.finder.look_for("cat", case=True, whole_words=False)
    model.finder.go(1, 0, 0)
    model.replace("catcat")
    assert texts(model.transcript) == ["a catcat and a cat", "one cat"]
    hit = model.finder.hit
    assert hit is not None
    assert (hit.segment_id, hit.start) == ("s1", 15)


def test_hits_go_round(qapp: object) -> None:
    model = model_of(transcript("a cat", "a cat", "a cat"))
    model.finder.look_for("cat", case=False, whole_words=False)
    assert model.finder.go(1, 1, 3) == ("s3", 2, 5)
    assert model.finder.go(1, 0, 0) == ("s1", 2, 5)
    assert model.finder.go(-1, 0, 0) == ("s3", 2, 5)


def test_what_is_heard_more_is_no_step_and_stays_with_undo(qapp: object) -> None:
    model = model_of()
    model.set_speaker(["s1"], "Cy")
    more = replace(model.transcript, segments=(*model.transcript.segments, segment("s9", "one more", 20.0)))
    model.hear_more(more)
    assert model.transcript is more
    assert model.document.history.count() == 1
    model.undo()
    assert texts(model.transcript) == [*texts(VALUE), "one more"]
    assert model.transcript.speakers == ("Ann", "Bo")


def test_nothing_is_edited_while_it_is_locked(qapp: object) -> None:
    model = model_of()
    model.merge("s1")
    model.lock(True)
    model.merge("s1")
    model.undo()
    model.type(["s1"], ["x"])
    assert len(model.transcript.segments) == 2
    model.lock(False)
    model.undo()
    assert model.transcript is VALUE


def test_undo_tells_where(qapp: object) -> None:
    model = model_of()
    told: list[str] = []
    model.stepped.connect(told.append)
    model.set_speaker(["s2"], "Cy")
    model.remove(["s3"])
    model.undo()
    model.undo()
    assert told == ["s3", "s2"]


def test_another_word_is_told_once(qapp: object) -> None:
    model = model_of()
    told: list[Place | None] = []
    model.place_changed.connect(lambda: told.append(model.place))
    for seconds in (0.05, 0.1, 0.55, 1e6):
        model.set_position(seconds)
    assert told == [Place(0, 1), None]


def test_another_document_takes_over(qapp: object) -> None:
    model = model_of()
    first = model.document
    other = TranscriptDocument(transcript("else"))
    edits: list[object] = []
    model.edited.connect(lambda before, after: edits.append(after))
    model.show(other)
    first.edit("x", editing.removed(VALUE, {"s1"}))
    assert edits == []
    model.merge("s1")
    model.remove(["s1"])
    assert model.transcript.segments == ()


def test_differences_are_taken_over_one_by_one_or_left(qapp: object) -> None:
    model = model_of(transcript("we went to the shop", "and bought bread"))
    heard = Transcript((segment("n", "we want to a shop", 0.0),))
    model.compare_with(Span(0.0, 2.6), heard)
    review = model.review
    assert [(each.old[0].text, each.new[0].text) for each in review.differences] == [
        ("went", "want"),
        ("the", "a"),
    ]
    review.refuse(0)
    assert [d.new[0].text for d in review.differences] == ["a"]
    model.accept([0])
    assert texts(model.transcript) == ["we went to a shop", "and bought bread"]
    assert not review.differences
    model.undo()
    assert [d.new[0].text for d in review.differences] == ["a"]
    model.accept_all()
    assert not review.open
    assert texts(model.transcript)[0] == "we went to a shop"


def test_a_difference_is_shown_among_its_neighbours(qapp: object) -> None:
    model = model_of(transcript("we went to the shop and bought"))
    model.compare_with(
        Span(0.0, 4.0), Transcript((segment("n", "we went to the old shop and bought", 0.0, ""),))
    )
    (row,) = model.review.around()
    assert [word.text for word in row.difference.new] == ["old"]
    assert row.before.endswith("the")


def test_what_is_doubtful_is_marked_after_a_moment(run_qt: Run) -> None:
    async def scenario() -> None:
        model = model_of(transcript("no no no no no no", "thank you"))
        seen = asyncio.Event()
        model.marks_changed.connect(seen.set)
        model.look_for_doubts(((3.9, 6.0),))
        await asyncio.wait_for(seen.wait(), 20)
        assert [mark.segment_id for mark in model.marks] == ["s1", "s2"]
        assert "6" in model.marks[0].text
        await model.aclose()

    run_qt(scenario())
