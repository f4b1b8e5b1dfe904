"""What a start asks of the window: how it is typed, and how it is told to the window that is there already."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.opening import (
    MAX_MESSAGE,
    MAX_THING,
    MAX_THINGS,
    NotUnderstood,
    Opening,
    decoded,
    encoded,
    is_link,
    thing_of,
    whole_length,
)

names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=40)
things = st.one_of(
    names.map(lambda name: f"/{name}"),
    names.map(lambda name: f"ai-workbench:route?url={name}"),
    st.just("/files/" + os.fsdecode(b"caf\xe9.json")),
)
openings = st.builds(
    Opening,
    st.lists(things, max_size=6).map(tuple),
    st.booleans(),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
)


@given(openings)
def test_what_is_told_is_understood(opening: Opening) -> None:
    message = encoded(opening)
    assert whole_length(message[:4]) == len(message)
    assert decoded(message) == opening


@given(st.binary(max_size=200))
def test_no_noise_is_understood_and_none_does_harm(noise: bytes) -> None:
    for message in (noise, len(noise).to_bytes(4, "big") + noise):
        with pytest.raises(NotUnderstood):
            decoded(message)


def framed(value: object) -> bytes:
    body = json.dumps(value).encode()
    return len(body).to_bytes(4, "big") + body


GOOD = {"version": 1, "things": [], "new_chat": False, "token": ""}


@pytest.mark.parametrize(
    "told",
    [
        {"version": 2},
        {"version": True},
        {"things": "/a"},
        {"things": [7]},
        {"things": ["relative/path"]},
        {"things": [""]},
        {"things": ["/a\0b"]},
        {"things": ["/" + "a" * MAX_THING]},
        {"things": ["/a"] * (MAX_THINGS + 1)},
        {"new_chat": 1},
        {"token": None},
        {"token": "line\nbreak"},
        {"token": "a" * 2000},
    ],
)
def test_what_is_out_of_bounds_is_refused(told: dict[str, object]) -> None:
    assert decoded(framed(GOOD)) == Opening()
    with pytest.raises(NotUnderstood):
        decoded(framed(GOOD | told))


def test_a_message_may_not_be_longer_than_the_bound() -> None:
    assert whole_length(b"\0\0\0") == 0
    with pytest.raises(NotUnderstood):
        whole_length((MAX_MESSAGE + 1).to_bytes(4, "big"))
    with pytest.raises(NotUnderstood):
        encoded(Opening(("/" + "é" * (MAX_THING - 1),) * 100))


def test_deep_nesting_is_refused() -> None:
    body = b"[" * 500_000
    with pytest.raises(NotUnderstood):
        decoded(len(body).to_bytes(4, "big") + body)


@pytest.mark.skipif(os.name == "nt", reason="paths are written otherwise there")
def test_a_path_becomes_absolute_and_an_address_of_a_file_a_path(tmp_path: Path) -> None:
    here = str(tmp_path)
    assert thing_of("a.route.json", here) == f"{here}/a.route.json"
    assert thing_of("../b", here) == str(tmp_path.parent / "b")
    assert thing_of("file:///home/me/my%20route.json", here) == "/home/me/my route.json"
    assert thing_of("file://localhost/home/r.json", here) == "/home/r.json"
    assert thing_of("FILE:///caf%E9.json", here) == "/" + os.fsdecode(b"caf\xe9.json")


def test_a_link_stays_as_it_is_unless_a_file_has_that_name(tmp_path: Path) -> None:
    link = "ai-workbench:route?url=https://example.org/r.json"
    assert thing_of(link, str(tmp_path)) == link
    assert is_link(link)
    assert is_link(thing_of("file://server/share/r.json", str(tmp_path)))
    if os.name != "nt":
        (tmp_path / "notes:today").write_text("")
        assert not is_link(thing_of("notes:today", str(tmp_path)))
