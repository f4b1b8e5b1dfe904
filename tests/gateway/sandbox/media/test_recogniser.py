"""The process that listens: asked in turn, started anew when it broke down."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from workbench.gateway.sandbox.media.recogniser import Recogniser
from workbench.gateway.sandbox.media.wav import Undecodable

LISTENS = """
import json, sys
while len(head := sys.stdin.buffer.read(4)) == 4:
    samples = sys.stdin.buffer.read(int.from_bytes(head, "little"))
    if samples == b"break":
        sys.exit(1)
    print(json.dumps([[samples.decode(), 3, 40]]), flush=True)
"""


@pytest.fixture
def recogniser() -> Iterator[Recogniser]:
    made = Recogniser([sys.executable, "-c", LISTENS])
    yield made
    made.close()


def test_utterances_are_heard_one_after_the_other(recogniser: Recogniser) -> None:
    assert recogniser.words(b"hello") == [("hello", 3, 40)]
    assert recogniser.words(b"there") == [("there", 3, 40)]


def test_one_that_breaks_down_is_told_and_the_next_utterance_is_heard(recogniser: Recogniser) -> None:
    with pytest.raises(Undecodable, match="broke down"):
        recogniser.words(b"break")
    assert recogniser.words(b"hello") == [("hello", 3, 40)]


def test_a_program_that_cannot_be_started_is_told() -> None:
    with pytest.raises(Undecodable):
        Recogniser(["no-such-program-here"]).words(b"hello")
