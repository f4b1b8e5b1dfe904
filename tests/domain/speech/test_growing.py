from __future__ import annotations

from dataclasses import replace

from workbench.domain.speech.editing import retyped
from workbench.domain.speech.growing import grown
from workbench.domain.speech.takes import Part, Take, TakeState
from workbench.domain.speech.transcripts import Segment, Transcript, Word


def part(number: int, start: float, end: float, *, fresh: bool = False) -> Part:
    """One in which a word is said every second, the same whichever part hears it."""
    words = tuple(Word(f"w{second}", second + 0.2, second + 0.6) for second in range(int(start), int(end)))
    text = Transcript((Segment(f"{number}-0", words),), "en", end)
    return Part(number, start, end, TakeState.DONE, text, fresh=fresh)


def texts(transcript: Transcript) -> list[str]:
    return [word.text for word in transcript.words]


def everything(end: int) -> list[str]:
    return [f"w{second}" for second in range(end)]


THREE = (part(0, 0, 11), part(1, 10, 21), part(2, 20, 30))


def test_the_text_of_a_take_is_that_of_its_parts_which_are_done() -> None:
    assert grown(Take("t", "r", "m", parts=(Part(0, 0, 11),))).transcript == Transcript()
    take = grown(Take("t", "r", "m", parts=THREE))
    assert take.heard == take.transcript
    assert texts(take.heard) == everything(30)
    assert len(take.heard.seams) == 2


def test_the_same_words_keep_their_segments_when_more_parts_come() -> None:
    first = grown(Take("t", "r", "m", parts=THREE[:1]))
    later = grown(Take("t", "r", "m", parts=THREE))
    assert later.heard.segments[0].id == first.heard.segments[0].id


def test_segments_that_did_not_change_are_the_same_objects_when_more_parts_come() -> None:
    first = grown(Take("t", "r", "m", parts=(THREE[0], Part(1, 10, 21), THREE[2])))
    later = grown(replace(first, parts=THREE))
    before = {segment.id: segment for segment in first.heard.segments}
    unchanged = [segment for segment in later.heard.segments if segment == before.get(segment.id)]
    assert all(segment is before[segment.id] for segment in unchanged)
    again = grown(later)
    assert all(one is other for one, other in zip(again.heard.segments, later.heard.segments, strict=True))


def test_an_edited_text_takes_in_what_is_fresh_and_nothing_else() -> None:
    gap = grown(Take("t", "r", "m", parts=(THREE[0], Part(1, 10, 21), THREE[2])))
    first, last = gap.transcript.segments[0].id, gap.transcript.segments[-1].id
    edited = retyped(retyped(gap.transcript, first, "Corrected"), last, "End")
    take = replace(
        gap, transcript=edited, revision=1, parts=(THREE[0], replace(THREE[1], fresh=True), THREE[2])
    )
    come = grown(take)
    assert texts(come.heard) == everything(30)
    first_word, *between, last_word = texts(come.transcript)
    assert (first_word, last_word) == ("Corrected", "End")
    certain = everything(20)[11:]
    assert [word for word in between if word in certain] == certain
    assert set(between) <= set(everything(21)[10:])
    assert come.transcript.seams == come.heard.seams
    assert not any(one.fresh for one in come.parts)


def test_an_edited_text_without_fresh_parts_stays_as_it_is() -> None:
    take = grown(Take("t", "r", "m", parts=THREE))
    mine = retyped(take.transcript, take.transcript.segments[0].id, "Mine")
    assert texts(grown(replace(take, transcript=mine, revision=3)).transcript) == texts(mine)
