"""Reading a text in pieces gives what reading it at once gives, at every moment."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.ui.support.markdown.leaves import Kind, Leaf
from workbench.ui.support.markdown.lines import Lines
from workbench.ui.support.markdown.parser import block_tokens
from workbench.ui.support.markdown.reading import Carried, Reading
from workbench.ui.support.markdown.splitter import BlockSplitter

# Lines that open, close, continue or turn into one another.
LINES = st.sampled_from(
    [
        "",
        "",
        "text",
        "more *text* [ref]",
        "    indented",
        "\tindented",
        "  two spaces",
        "# heading",
        "#",
        "===",
        "---",
        "- - -",
        "-",
        "- item",
        "- [x] done",
        "- [ ]",
        " - item",
        "  - nested",
        "    - deeper",
        "* star",
        "1. one",
        "2. two",
        "3) three",
        "   continued",
        "1986. a year",
        "> quote",
        "> - in quote",
        ">   in the item",
        "> > quote in quote",
        "> ```",
        "- > quote in item",
        "  > goes on",
        "  - > deep",
        "    > deeper",
        "   - odd",
        "     odder",
        "   1. number inside",
        "   2. another",
        "      text inside",
        "      ```js",
        "-     code?",
        "-   wide",
        "    of it",
        "12. twelve",
        "    of twelve",
        "  [ref]: http://c.example",
        ">",
        "lazy",
        "```",
        "```py",
        "`````",
        "~~~",
        "- ```",
        "  code in item",
        "  ```",
        "| a | b |",
        "|---|--:|",
        "| 1 | 2 |",
        "a | b",
        "-|-",
        "[ref]: http://a.example",
        "[ref]: http://b.example",
        "[two]:",
        "/url",
        "'title",
        "goes on'",
        '"title"',
        "[ref]",
        "<div>",
        "word \\",
        "مرحبا",
        "- ",
        "   ",
        "```  ",
        "#\tx",
        "+ plus",
        "a",
    ]
)
TEXTS = st.lists(LINES, max_size=24).map("\n".join)


def at_once(text: str) -> tuple[list[Leaf], dict[str, tuple[str, str]]]:
    """The oracle: the whole text read by the block parser, nothing frozen."""
    tokens, references = block_tokens(text)
    leaves = [leaf for unit in Reading(Lines(text), Carried()).units(tokens) for leaf in unit.leaves]
    return leaves, {label: (d["href"], d["title"]) for label, d in references.items()}


def of(splitter: BlockSplitter) -> tuple[list[Leaf], dict[str, tuple[str, str]]]:
    return list(splitter.leaves), {label: (d["href"], d["title"]) for label, d in splitter.references.items()}


def cut(text: str, places: list[int]) -> list[str]:
    edges = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[a:b] for a, b in zip(edges, edges[1:], strict=False)]


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 10_000), max_size=12))
@example("- a\n  - b\n  - c\n    1. d\n\n    2. e\n  - f\n- g", list(range(0, 60, 3)))
@example("1. a\n\n   ```py\n   x\n\n     y\n   ```\n   b\n", list(range(0, 60, 2)))
@example("> a\n>\n> - b\n> - c\n>\n> d\n\ne", list(range(0, 60, 2)))
@example("[foo]: /url\n'title\ngoes on'\n\npara [foo]\n", [12, 19])
@example("a\n\n[b]: /x\n'tit\nle'\n\nend", [17])
@example("| a |\n|---|\n" + "| 1 |\n" * 40 + "\nafter", list(range(0, 250, 7)))
@example("1. a\n2. b\n\n3. c\n- d\n", [6, 11, 16])
@example("```py\nx\n``\n```\nafter", [9, 11, 14])
@example("```\n  ", [4])
@example("```\n\n\n", [4, 5])
@example("text\n| a |\n|-- foo", [13])
def test_reading_in_pieces_equals_reading_at_once_at_every_moment(text: str, places: list[int]) -> None:
    splitter = BlockSplitter()
    seen = ""
    for piece in cut(text, places):
        splitter.feed(piece)
        splitter.advance()
        seen += piece
        assert of(splitter) == at_once(seen), repr(seen)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_reading_character_by_character_equals_reading_at_once(text: str) -> None:
    splitter = BlockSplitter()
    for char in text:
        splitter.feed(char)
        splitter.advance()
    assert of(splitter) == at_once(text)


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="ab1.-*>#`~|[]():/ \t\n\\\"'=_", max_size=120), st.lists(st.integers(0, 500), max_size=8)
)
def test_any_text_survives_any_split(text: str, places: list[int]) -> None:
    splitter = BlockSplitter()
    for piece in cut(text, places):
        splitter.feed(piece)
        splitter.advance()
    assert of(splitter) == at_once(text)


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 10_000), max_size=12))
def test_a_frozen_leaf_never_changes(text: str, places: list[int]) -> None:
    splitter = BlockSplitter()
    frozen: list[Leaf] = []
    for piece in cut(text, places):
        splitter.feed(piece)
        changed = splitter.advance()
        assert changed >= len(frozen)
        assert splitter.leaves[: len(frozen)] == frozen
        frozen = splitter.leaves[: splitter.frozen]


def test_leaves_before_the_reported_one_stay_the_same_objects() -> None:
    splitter = BlockSplitter()
    splitter.feed("a\n\nb\n\nc")
    splitter.advance()
    kept = list(splitter.leaves)
    splitter.feed(" more")
    changed = splitter.advance()
    assert changed == 2
    assert all(a is b for a, b in zip(kept[:2], splitter.leaves, strict=False))


@pytest.mark.parametrize("pieces", [["a\r\nb\r\n\r\nc"], ["a\r", "\nb\r", "\n\r\nc"], ["a\rb\r\rc"]])
def test_all_line_ends_count_as_line_feeds_however_they_are_cut(pieces: list[str]) -> None:
    splitter = BlockSplitter()
    for piece in pieces:
        splitter.feed(piece)
        splitter.advance()
    assert splitter.source == "a\nb\n\nc"
    assert [leaf.content for leaf in splitter.leaves] == ["a\nb", "c"]


def test_a_carriage_return_at_the_very_end_is_a_line_end() -> None:
    splitter = BlockSplitter()
    splitter.feed("# a\r")
    splitter.finish()
    splitter.advance()
    assert splitter.source == "# a\n"


def test_a_long_list_is_read_item_by_item() -> None:
    splitter = BlockSplitter()
    for number in range(500):
        splitter.feed(f"{number + 1}. item\n")
        splitter.advance()
    assert splitter.frozen == 499
    assert [leaf.holders[0].number for leaf in splitter.leaves] == list(range(1, 501))
    assert len({leaf.holders[0].group for leaf in splitter.leaves}) == 1
    assert len(splitter._tail) < 20


@pytest.mark.parametrize(
    ("opening", "line"),
    [
        ("- top\n", "  - item {0}\n"),
        ("1. step\n\n", "   Paragraph {0}.\n\n"),
        ("> quote\n>\n", "> Paragraph {0}.\n>\n"),
        ("- a\n\n  > quote\n\n", "  > - item {0}\n"),
        ("1. step\n\n   ```py\n", "   line({0})\n"),
    ],
)
def test_what_is_nested_is_read_piece_by_piece_too(opening: str, line: str) -> None:
    splitter = BlockSplitter()
    splitter.feed(opening)
    splitter.advance()
    read: list[int] = []
    for number in range(300):
        splitter.feed(line.format(number))
        splitter.advance()
        read.append(0 if splitter._fence is not None else len(splitter._head) + len(splitter._tail))
    assert max(read) < 120
    assert of(splitter) == at_once(splitter.source)


def test_a_long_table_is_read_part_by_part() -> None:
    splitter = BlockSplitter()
    splitter.feed("| a | b |\n|---|---|\n")
    for number in range(500):
        splitter.feed(f"| {number} | x |\n")
        splitter.advance()
    assert len(splitter._tail) < 200
    assert splitter.leaves[0].head
    assert not splitter.leaves[1].head
    rows = [row for leaf in splitter.leaves for row in leaf.rows]
    assert len(rows) == 501
    assert rows[-1] == ("499", "x")


def test_an_open_fence_grows_without_being_read_again() -> None:
    splitter = BlockSplitter()
    splitter.feed("before\n\n```py\n")
    splitter.advance()
    for number in range(200):
        splitter.feed(f"line {number}\n")
        splitter.advance()
    code = splitter.leaves[-1]
    assert (code.kind, code.language, code.closed) == (Kind.CODE, "py", False)
    assert code.content.count("\n") == 199
    splitter.feed("```\nafter")
    splitter.advance()
    assert splitter.leaves[1].closed
    assert splitter.leaves[2].content == "after"


def test_a_definition_that_comes_late_is_known() -> None:
    splitter = BlockSplitter()
    splitter.feed("see [it]\n\n")
    splitter.advance()
    before = splitter.references
    splitter.feed("[it]: http://a.example\n")
    splitter.advance()
    assert splitter.references is not before
    assert "IT" in splitter.references


def test_a_very_long_paragraph_goes_on_in_other_leaves() -> None:
    text = "A sentence of some words. " * 1000
    splitter = BlockSplitter()
    splitter.feed(text)
    splitter.advance()
    assert len(splitter.leaves) > 4
    assert max(len(leaf.content) for leaf in splitter.leaves) < 4200
    assert " ".join(leaf.content for leaf in splitter.leaves) == text.strip()
    assert "".join(text[leaf.start : leaf.end] for leaf in splitter.leaves) == text
