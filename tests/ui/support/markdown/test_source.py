"""A piece of what is shown goes back to the markdown it came from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.ui.support.markdown.inline import read_inline
from workbench.ui.support.markdown.source import source_slice


def of(raw: str, words: str, content: str = "") -> str:
    content = content or raw
    text = read_inline(content, {}).text
    start = text.index(words)
    return source_slice(raw, content, {}, start, start + len(words), breaks=False, picture="Picture")


@pytest.mark.parametrize(
    ("raw", "words", "source"),
    [
        ("some plain words", "plain", "plain"),
        ("a **bold word** b", "bold word", "**bold word**"),
        ("a **bold word** b", "bold", "**bold**"),
        ("a **bold word** b", "a bold word b", "a **bold word** b"),
        ("a **bold word** b", "word b", "**word** b"),
        ("a **bold word** b", "a bold", "a **bold**"),
        (
            "x [the link](http://a.example/x_(y) 'title') y",
            "the link",
            "[the link](http://a.example/x_(y) 'title')",
        ),
        ("x [the link](http://a.example) y", "link", "[link](http://a.example)"),
        ("run `make all` now", "make all", "`make all`"),
        ("run `make all` now", "make", "`make`"),
        ("run ``a`b`` now", "a`b", "``a`b``"),
        ("2 \\* 3 &amp; 4", "* 3 &", "\\* 3 &amp;"),
        ("~~no~~ yes", "no yes", "~~no~~ yes"),
        ("***both*** x", "both", "***both***"),
        ("![cat](http://a.example/c.png) x", "Picture: cat", "![cat](http://a.example/c.png)"),
        ("<http://a.example> x", "http://a.example x", "<http://a.example> x"),
    ],
)
def test_a_piece_copies_its_marks(raw: str, words: str, source: str) -> None:
    assert of(raw, words) == source


def test_a_piece_over_two_lines_of_a_quote_keeps_the_quote_mark() -> None:
    assert of("> one two\n> three\n", "two three", "one two\nthree") == "two\n> three"


def test_the_same_words_in_the_address_do_not_mislead() -> None:
    assert of("[go](http://a.example/next) next", "next") == "next"


WORDS = st.lists(
    st.sampled_from(["a", "bb", "**c d**", "`e`", "[f g](http://h)", "*i*", "\\*", "~~j~~", "&amp;", "k"]),
    min_size=1,
    max_size=8,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(WORDS, st.integers(0, 40), st.integers(0, 40))
def test_the_source_of_any_piece_shows_that_piece_again(raw: str, one: int, other: int) -> None:
    text = read_inline(raw, {}).text
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    wanted = text[start:end]
    if not wanted or wanted != wanted.strip():
        return
    again = source_slice(raw, raw, {}, start, end, breaks=False, picture="Picture")
    assert read_inline(again, {}).text == wanted
