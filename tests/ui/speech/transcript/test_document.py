"""One transcript while it is corrected: steps, undo, what is heard meanwhile, selection."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.speech.transcript.samples import segment, texts, transcript
from workbench.domain.speech import editing
from workbench.domain.speech.transcripts import Transcript
from workbench.ui.speech.transcript.document import Span, TranscriptDocument

VALUE = transcript("good morning all", "thank you")


def test_an_edit_is_a_named_step_that_can_be_undone_and_redone(qapp: object) -> None:
    document = TranscriptDocument(VALUE)
    seen: list[tuple[Transcript, Transcript]] = []
    document.edited.connect(lambda before, after: seen.append((before, after)))
    after = editing.retyped(VALUE, "s2", "thanks")
    document.edit("Typing", after)
    assert document.history.undoText() == "Typing"
    document.history.undo()
    assert document.transcript is VALUE
    document.history.redo()
    assert document.transcript is after
    assert seen == [(VALUE, after), (after, VALUE), (VALUE, after)]


def test_the_same_value_is_no_step(qapp: object) -> None:
    document = TranscriptDocument(VALUE)
    document.edit("Nothing", replace(VALUE))
    assert not document.history.canUndo()


def test_steps_of_one_key_are_one_and_none_where_nothing_is_left_of_them(qapp: object) -> None:
    document = TranscriptDocument(VALUE)
    for text in ("thank", "thank y", "thank yo"):
        document.edit("Typing", editing.retyped(VALUE, "s2", text), "a")
    document.edit("Typing", editing.retyped(VALUE, "s2", "thanks"), "b")
    assert document.history.count() == 2
    document.history.undo()
    document.edit("Typing", VALUE, "a")
    assert document.history.count() == 0


def test_every_value_is_kept(qapp: object) -> None:
    kept: list[Transcript] = []
    document = TranscriptDocument(VALUE, kept.append)
    after = editing.retyped(VALUE, "s2", "thanks")
    document.edit("Typing", after)
    document.history.undo()
    assert kept == [after, VALUE]


def test_undo_does_not_take_away_what_was_heard_meanwhile(qapp: object) -> None:
    document = TranscriptDocument(VALUE)
    document.edit("Typing", editing.retyped(VALUE, "s2", "thanks"))
    more = segment("s3", "and goodbye", 9.0)
    document.take_in(lambda value: replace(value, segments=(*value.segments, more)))
    document.edit("Delete", editing.removed(document.transcript, {"s1"}))
    assert texts(document.transcript) == ["thanks", "and goodbye"]
    document.history.undo()
    document.history.undo()
    assert texts(document.transcript) == ["good morning all", "thank you", "and goodbye"]
    document.history.redo()
    assert texts(document.transcript) == ["good morning all", "thanks", "and goodbye"]


def test_a_selection_is_told_once_and_one_without_length_is_none(qapp: object) -> None:
    document = TranscriptDocument(VALUE)
    told: list[Span | None] = []
    document.selection_changed.connect(lambda: told.append(document.selection))
    document.select(Span(1.0, 2.0))
    document.select(Span(1.0, 2.0))
    document.select(Span(3.0, 3.0))
    assert told == [Span(1.0, 2.0), None]
