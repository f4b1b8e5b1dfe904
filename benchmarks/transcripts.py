"""An hour of speech: its parts stitched, its words laid beside a reference, and what follows an edit.

    python -m benchmarks.transcripts

The reference for aligning is difflib, which finds no fewest edits; for the rest it is the transcript's plain text, which any
use of it has to read. Medians of rounds of CPU time on one core.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from statistics import median

from benchmarks.harness import Row, show
from workbench.domain.speech.alignment import aligned
from workbench.domain.speech.captions import captions
from workbench.domain.speech.cutting import Cut
from workbench.domain.speech.doubts import doubts
from workbench.domain.speech.editing import retyped
from workbench.domain.speech.stitching import stitched
from workbench.domain.speech.transcripts import Segment, Transcript, Word

WORDS, PARTS, ROUNDS = 10_000, 60, 7
OVERLAP_S = 2.0


def main() -> int:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    dice = random.Random(1)
    vocabulary = [f"word{number}" for number in range(2000)]
    said = [dice.choice(vocabulary) for _ in range(WORDS)]
    heard = list(misheard(said, vocabulary, 0.05, dice))
    other = [dice.choice(vocabulary) for _ in range(WORDS)]
    parts = list(parts_of(said, vocabulary, dice))
    whole = stitched(parts)
    middle = whole.segments[len(whole.segments) // 2]
    text = cpu_ms(lambda: whole.text)
    return show(
        "transcripts",
        [
            Row(f"stitching {PARTS} parts of a minute", cpu_ms(lambda: stitched(parts)), "ms", 200, text),
            Row(
                "aligning 10,000 words, 5 % errors",
                cpu_ms(lambda: aligned(said, heard)),
                "ms",
                500,
                cpu_ms(lambda: SequenceMatcher(None, said, heard, autojunk=False).get_opcodes()),
            ),
            Row("aligning 10,000 words, nothing shared", cpu_ms(lambda: aligned(said, other)), "ms", 500),
            Row(
                "retyping a segment of an hour",
                cpu_ms(lambda: retyped(whole, middle.id, f"{middle.text} more")),
                "ms",
                8,
                text,
            ),
            Row("captions of an hour", cpu_ms(lambda: captions(whole)), "ms", 200, text),
            Row("doubts of an hour", cpu_ms(lambda: doubts(whole)), "ms", 200, text),
        ],
    )


def misheard(said: Sequence[str], vocabulary: Sequence[str], share: float, dice: random.Random) -> list[str]:
    """One in three of the errors is a word left out, one another word, one a word too many."""
    heard = []
    for word in said:
        chance = dice.random() / share
        if chance < 1 / 3:
            continue
        heard.append(dice.choice(vocabulary) if chance < 2 / 3 else word)
        if 2 / 3 <= chance < 1:
            heard.append(dice.choice(vocabulary))
    return heard


def parts_of(
    said: Sequence[str], vocabulary: Sequence[str], dice: random.Random
) -> list[tuple[Cut, Transcript]]:
    """Of a minute each, every part with errors and a clock of its own."""
    step = 60 * PARTS / len(said)
    made = []
    for number in range(PARTS):
        cut = Cut(max(0.0, 60 * number - OVERLAP_S), 60.0 * (number + 1))
        late = dice.uniform(-0.2, 0.2)
        words = [
            Word(
                dice.choice(vocabulary) if dice.random() < 0.03 else word,
                place * step + late,
                (place + 0.8) * step + late,
            )
            for place, word in enumerate(said)
            if cut.start <= place * step < cut.end
        ]
        runs = [words[at : at + 10] for at in range(0, len(words), 10)]
        segments = tuple(Segment(f"{number}-{at}", tuple(run)) for at, run in enumerate(runs))
        made.append((cut, Transcript(segments, "en", cut.end)))
    return made


def cpu_ms(work: Callable[[], object]) -> float:
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        found.append((time.process_time() - began) * 1000)
    return median(found)


if __name__ == "__main__":
    sys.exit(main())
