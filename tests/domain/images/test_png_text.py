from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.images.pictures import chunk, png
from workbench.domain.images.png_text import LONGEST_TEXT, texts_in, with_texts

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
KEYWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=79)


@given(st.dictionaries(KEYWORDS, TEXTS, max_size=5))
def test_what_is_written_is_read_again(texts: dict[str, str]) -> None:
    assert texts_in(with_texts(png(), texts)) == texts


@given(TEXTS, TEXTS)
def test_writing_again_leaves_one_text_and_the_same_pixels(first: str, second: str) -> None:
    data = with_texts(with_texts(png(), {"a": first, "b": "kept"}), {"a": second})
    assert texts_in(data) == {"a": second, "b": "kept"}
    assert with_texts(data, {"a": first}) == with_texts(png(), {"a": first, "b": "kept"})


def test_all_other_bytes_stay_as_they_are() -> None:
    plain = png(chunk(b"gAMA", b"\0\0\xb1\x8f"))
    data = with_texts(plain, {"k": "v"})
    assert data == plain[:33] + chunk(b"tEXt", b"k\0v") + plain[33:]


def test_the_three_ways_to_write_a_text_are_read() -> None:
    packed = zlib.compress("zwölf".encode())
    data = png(
        chunk(b"tEXt", b"one\0caf\xe9"),
        chunk(b"zTXt", b"two\0\0" + packed),
        chunk(b"iTXt", b"three\0\1\0de\0drei\0" + packed),
        chunk(b"iTXt", b"four\0\0\0\0\0" + "四".encode()),
    )
    assert texts_in(data) == {"one": "café", "two": "zwölf", "three": "zwölf", "four": "四"}


def test_utf_8_in_a_latin_1_chunk_is_read_as_what_it_is() -> None:
    assert texts_in(png(chunk(b"tEXt", b"k\0" + "日本".encode()))) == {"k": "日本"}


def test_invalid_utf_8_is_replaced_not_refused() -> None:
    assert texts_in(png(chunk(b"iTXt", b"k\0\0\0\0\0a\xff\xfeb"))) == {"k": "a��b"}


@pytest.mark.parametrize("head", [b"k\0\0", b"k\0\1\0\0\0"])
def test_a_text_that_unpacks_to_gigabytes_is_passed_over(head: bytes) -> None:
    bomb = zlib.compress(b"\0" * (LONGEST_TEXT + 1), 9)
    assert len(bomb) < 10_000
    name = b"zTXt" if len(head) == 3 else b"iTXt"
    assert texts_in(png(chunk(name, head + bomb), chunk(b"tEXt", b"after\0wards"))) == {"after": "wards"}


def test_many_large_texts_are_read_up_to_a_limit_together() -> None:
    large = zlib.compress(b"a" * LONGEST_TEXT)
    data = png(*(chunk(b"zTXt", f"k{n}".encode() + b"\0\0" + large) for n in range(6)))
    assert len(texts_in(data)) == 4


def test_a_text_as_long_as_allowed_is_read() -> None:
    data = png(chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * LONGEST_TEXT)))
    assert len(texts_in(data)["k"]) == LONGEST_TEXT


def test_a_damaged_text_does_not_hide_the_next() -> None:
    data = png(
        chunk(b"tEXt", b"bad\0checksum", crc=1),
        chunk(b"zTXt", b"bad\0\0not packed"),
        chunk(b"zTXt", b"cut\0\0" + zlib.compress(b"a" * 1000)[:-6]),
        chunk(b"tEXt", b"no keyword end" * 8),
        chunk(b"tEXt", b"\0no keyword"),
        chunk(b"tEXt", b"good\0one"),
    )
    assert texts_in(data) == {"good": "one"}


def test_a_chunk_that_claims_to_be_huge_ends_the_reading() -> None:
    data = png(chunk(b"tEXt", b"first\0one"))[:-12] + b"\xff\xff\xff\xfftEXt" + b"k\0v" * 9
    assert texts_in(data) == {"first": "one"}
    assert with_texts(data, {"first": "two"}).endswith(b"\xff\xff\xff\xfftEXt" + b"k\0v" * 9)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", png()[:20]])
def test_what_is_no_whole_png_comes_back_unchanged(data: bytes) -> None:
    assert texts_in(data) == {}
    assert with_texts(data, {"k": "v"}) == data


@given(st.integers(0, 400), st.binary(max_size=20))
def test_a_file_that_is_cut_off_or_overwritten_anywhere_is_read_without_a_fuss(at: int, junk: bytes) -> None:
    whole = png(chunk(b"tEXt", b"k\0v"), chunk(b"zTXt", b"z\0\0" + zlib.compress(b"packed")))
    assert texts_in(whole[:at]).items() <= {"k": "v", "z": "packed"}.items()
    broken = whole[:at] + junk + whole[at + len(junk) :]
    texts_in(broken)
    assert len(with_texts(broken, {})) == len(broken)


def test_a_keyword_that_png_cannot_hold_is_a_bug() -> None:
    for keyword in ("", "k" * 80, "a\0b"):
        with pytest.raises(ValueError, match="keyword"):
            with_texts(png(), {keyword: "v"})
