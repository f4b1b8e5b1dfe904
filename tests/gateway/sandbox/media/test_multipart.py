"""Forms: exact bytes back, and hostile bodies refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.media.asking import form
from workbench.gateway.sandbox.media.multipart import BadForm, read_form

NAMES = st.text("abcxyz_0", min_size=1, max_size=8)


@given(st.lists(st.tuples(NAMES, st.binary(max_size=80)), max_size=6))
def test_every_part_comes_back_byte_by_byte(parts: list[tuple[str, bytes]]) -> None:
    parts = [(name, data) for name, data in parts if b"\r\n--BB" not in data]
    body, content_type = form(*((name, data, "f.bin") for name, data in parts))
    if parts:
        assert [(part.name, part.data) for part in read_form(body, content_type).parts] == parts


def test_names_may_be_in_any_script() -> None:
    body, content_type = form(("file", b"x", "снимок.png"))
    assert read_form(body, content_type).parts[0].filename == "снимок.png"


def test_a_preamble_is_skipped_and_lists_are_found_by_their_bare_name() -> None:
    body, content_type = form(("image[]", b"1", "a"), ("image[]", b"2", "b"), ("prompt", "x"))
    read = read_form(b"hello\r\n" + body, content_type)
    assert [part.data for part in read.files("image")] == [b"1", b"2"]
    assert read.texts() == {"prompt": "x"}


@given(st.binary(max_size=300), st.sampled_from(["", "text/plain", "multipart/form-data; boundary=BB"]))
def test_noise_is_refused_or_read_but_never_breaks(noise: bytes, content_type: str) -> None:
    for body in (noise, b"--BB\r\n" + noise, b"--BB\r\n" + noise + b"\r\n\r\nx\r\n--BB--"):
        with suppress(BadForm):
            assert all(part.name for part in read_form(body, content_type).parts)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "closing"),
        (b"--BB\r\nContent-Disposition: form-data; name=a\r\n\r\nx", "closing"),
        (b"--BB\r\nContent-Disposition: form-data\r\n\r\nx\r\n--BB--", "name"),
        (b"--BBx\r\n\r\n\r\n--BB--", "line of its own"),
        (b"--BB\r\n" + b"A" * 9000 + b"\r\n\r\nx\r\n--BB--", "endless"),
        (
            b"--BB\r\n"
            + b"Content-Disposition: form-data; name=a\r\n\r\nx\r\n--BB\r\n" * 300
            + b"\r\n\r\n--BB--",
            "more than",
        ),
    ],
)
def test_a_broken_form_says_what_is_wrong(body: bytes, why: str) -> None:
    with pytest.raises(BadForm, match=why):
        read_form(body, "multipart/form-data; boundary=BB")


def test_a_field_that_is_no_text_is_refused_as_text_only() -> None:
    body, content_type = form(("a", b"\xff"))
    read = read_form(body, content_type)
    assert read.parts[0].data == b"\xff"
    with pytest.raises(BadForm, match="UTF-8"):
        read.texts()
