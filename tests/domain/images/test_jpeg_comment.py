from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.images.pictures import exif, jpeg, segment, webp
from workbench.domain.images import exif_text
from workbench.domain.images.jpeg_comment import comment_in, with_comment

TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)


@given(TEXTS, TEXTS)
def test_the_newest_comment_is_read_and_the_rest_stays(first: str, second: str) -> None:
    plain = jpeg(segment(0xE1, b"Exif\0\0MM"), segment(0xFE, b"by hand"))
    data = with_comment(with_comment(plain, "us", first), "us", second)
    assert comment_in(data, "us") == second
    assert data == with_comment(plain, "us", second)
    assert data.replace(segment(0xFE, b"us:" + second.encode()), b"") == plain


@pytest.mark.parametrize("length", [65_529, 65_530, 65_531, 200_000])
def test_a_long_text_goes_over_several_comments(length: int) -> None:
    text = "ä" * (length // 2) + "x" * (length % 2)
    data = with_comment(jpeg(), "us", text)
    assert comment_in(data, "us") == text
    assert comment_in(with_comment(data, "us", "short"), "us") == "short"
    assert with_comment(data, "us", "short") == with_comment(jpeg(), "us", "short")


def test_there_is_no_comment_in_what_has_none() -> None:
    for data in (jpeg(), jpeg(segment(0xFE, b"other: text")), b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n"):
        assert comment_in(data, "us") is None
    assert with_comment(b"GIF89a", "us", "x") == b"GIF89a"


@given(st.integers(0, 200), st.binary(max_size=12))
def test_broken_files_are_read_as_far_as_they_go(at: int, junk: bytes) -> None:
    whole = with_comment(jpeg(segment(0xE1, b"Exif\0\0" + exif(b"ASCII\0\0\0hello"))), "us", "text")
    assert comment_in(whole[:at], "us") in (None, "text")
    exif_text.texts_in(whole[:at])
    broken = whole[:at] + junk + whole[at + len(junk) :]
    comment_in(broken, "us")
    exif_text.texts_in(broken)
    with_comment(broken, "us", "new")


@pytest.mark.parametrize("big", [True, False])
@pytest.mark.parametrize(
    "raw",
    [
        b"ASCII\0\0\0Steps: 20",
        b"\0" * 8 + b"Steps: 20\0",
        b"UNICODE\0" + "Steps: 20".encode("utf-16-be"),
        b"UNICODE\0" + "Steps: 20".encode("utf-16-le"),
    ],
)
def test_a_user_comment_is_read_in_each_of_its_encodings(raw: bytes, big: bool) -> None:
    block = exif(raw, big=big)
    assert exif_text.texts_in(jpeg(segment(0xE1, b"Exif\0\0" + block)))["UserComment"] == "Steps: 20"
    assert exif_text.texts_in(webp((b"VP8 ", b"odd"), (b"EXIF", block)))["UserComment"] == "Steps: 20"


def test_a_graph_in_a_camera_field_goes_by_its_name() -> None:
    block = exif(b"", camera=b'prompt:{"1": {}}\0')
    assert exif_text.texts_in(webp((b"EXIF", b"Exif\0\0" + block))) == {"prompt": '{"1": {}}'}


def test_an_exif_block_that_points_outside_itself_is_empty() -> None:
    assert exif_text.texts_in(webp((b"EXIF", b"MM\0\x2a\xff\xff\xff\xff"))) == {}
    assert exif_text.texts_in(webp((b"EXIF", b"II\x2a\0\x08\0\0\0\xff\xff"))) == {}
