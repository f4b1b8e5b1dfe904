"""What a paragraph shows, and that nothing in it acts by itself."""

from __future__ import annotations

import pytest

from workbench.ui.support.markdown.direction import without_marks
from workbench.ui.support.markdown.inline import InlineText, Style, read_inline


def pieces(inline: InlineText) -> list[tuple[str, Style]]:
    return [(inline.text[run.start : run.end], run.style) for run in inline.runs]


def test_styles_nest() -> None:
    inline = read_inline("a **b *c* `d`** ~~e~~", {})
    assert inline.text == "a b c d e"
    assert pieces(inline) == [
        ("b ", Style.STRONG),
        ("c", Style.STRONG | Style.EMPHASIS),
        (" ", Style.STRONG),
        ("d", Style.STRONG | Style.CODE),
        ("e", Style.STRIKE),
    ]


def test_raw_html_is_shown_as_text() -> None:
    inline = read_inline('<b onclick="x()">bold</b> <script>alert(1)</script> &lt;i&gt;', {})
    assert inline.text == '<b onclick="x()">bold</b> <script>alert(1)</script> <i>'
    assert inline.runs == ()


def test_a_picture_is_a_labelled_link_that_loads_nothing() -> None:
    inline = read_inline("see ![a cat](https://example.com/cat.png) here", {}, picture="Picture")
    assert inline.text == "see Picture: a cat here"
    (run,) = inline.runs
    assert run.style == Style.PICTURE | Style.LINK
    assert run.href == "https://example.com/cat.png"


@pytest.mark.parametrize(
    ("source", "opens"),
    [
        ("[a](https://example.com)", True),
        ("[a](HTTP://example.com)", True),
        ("[a](mailto:a@example.com)", True),
        ("<https://example.com>", True),
        ("[a](ftp://example.com)", False),
        ("[a](docs/readme.md)", False),
        ("[a](file:///etc/passwd)", False),
        ("[a](javascript:alert(1))", False),
        ("[a](data:text/html,x)", False),
        ("[a](vbscript:x)", False),
    ],
)
def test_only_web_and_mail_links_open(source: str, opens: bool) -> None:
    assert any(run.opens for run in read_inline(source, {}).runs) is opens


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://a.example/x.", "https://a.example/x"),
        ("(https://a.example/x_(y))", "https://a.example/x_(y)"),
        ("**https://a.example**", "https://a.example"),
    ],
)
def test_a_bare_address_is_a_link(text: str, address: str) -> None:
    inline = read_inline(text, {})
    assert [inline.text[run.start : run.end] for run in inline.runs if run.opens] == [address]


def test_an_address_in_code_stays_code() -> None:
    inline = read_inline("`curl https://a.example`", {})
    assert [run.style for run in inline.runs] == [Style.CODE]


def test_reference_links_resolve() -> None:
    inline = read_inline("[it][ref]", {"REF": {"href": "https://a.example", "title": ""}})
    assert inline.runs[0].href == "https://a.example"


def test_line_feeds_are_spaces_in_answers_and_breaks_in_what_people_typed() -> None:
    assert read_inline("a\nb", {}).text == "a b"
    assert read_inline("a\nb", {}, breaks=True).text == "a\u2028b"
    assert read_inline("a\\\nb", {}).text == "a\u2028b"


@pytest.mark.parametrize(
    ("content", "rtl"),
    [
        ("plain", False),
        ("مرحبا hello", True),
        ("hello مرحبا", False),
        ("Привет", False),
        ("1, 2 …", None),
        ("**שלום**", True),
        ("`code` مرحبا", True),
    ],
)
def test_the_first_strong_character_gives_the_direction_and_code_does_not_count(
    content: str, rtl: bool | None
) -> None:
    assert read_inline(content, {}).rtl is rtl


def test_code_in_a_right_to_left_sentence_is_isolated_and_copies_clean() -> None:
    inline = read_inline("استخدم `f(x)` هنا", {})
    assert "\u2066f(x)\u2069" in inline.text
    assert without_marks(inline.text) == "استخدم f(x) هنا"
