"""Code that grows is coloured as if it had come at once, and each line is read about once."""

from __future__ import annotations

import pytest

from workbench.ui.support.markdown.highlight import COMMON, CodeHighlighter, Spans, Tone, lexer_for, warm

SAMPLES = {
    "python": 'import os\n\n@decorated\ndef f(x: int) -> str:\n    """Doc\n    string."""\n    # note\n    return f"{x}" + \'s\' * 3\n\nclass A(B):\n    pass\n',
    "c": "#include <a.h>\n/* a comment\n   over lines\n   int x; */\nint main(void) {\n  return 0; // end\n}\n",
    "javascript": "const a = `x\n${b}\ny`;\n/* c\n d */\nfunction f() { return /re/g; }\n",
    "json": '{\n  "a": [1, 2.5, null],\n  "b": "text"\n}\n',
    "html": "<!-- c\n -->\n<p class='x'>hi</p>\n<script>\nlet a = 1;\n</script>\n<style>\np { color: red }\n</style>\n",
    "bash": 'for x in *; do\n  echo "$x" # c\ndone\ncat <<EOF\ntext\nEOF\n',
    "sql": "SELECT a, 'b'\nFROM t -- c\nWHERE x = 1;\n",
    "yaml": "a:\n  - b: 1\n    c: 'd'\n",
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
}


def all_spans(code: str, language: str) -> list[Spans]:
    lines = code.split("\n")
    highlighter = CodeHighlighter(language)
    highlighter.complete()
    while not highlighter.knows(len(lines) - 1):
        highlighter.advance(lines, len(lines) - 1)
    return [highlighter.spans(line) for line in range(len(lines))]


@pytest.mark.parametrize("language", sorted(SAMPLES))
@pytest.mark.parametrize("step", [1, 3, 7, 20])
def test_growing_code_ends_with_the_colours_of_the_whole(language: str, step: int) -> None:
    code = SAMPLES[language]
    highlighter = CodeHighlighter(language)
    for end in [*range(step, len(code), step), len(code)]:
        lines = code[:end].split("\n")
        highlighter.advance(lines, len(lines) - 1)
    lines = code.split("\n")
    highlighter.complete()
    highlighter.advance(lines, len(lines) - 1)
    assert [highlighter.spans(line) for line in range(len(lines))] == all_spans(code, language)


@pytest.mark.parametrize("language", ["python", "javascript", "c", "bash", "html"])
def test_long_code_read_in_pieces_has_the_colours_of_the_whole(language: str) -> None:
    code = SAMPLES[language] * 30
    lines = code.split("\n")
    lexer = lexer_for(language)
    assert lexer is not None
    comments = sum(
        value.count("\n") + 1
        for _, token, value in lexer.get_tokens_unprocessed(code)
        if "Comment" in token and "Preproc" not in str(token)
    )
    spans = all_spans(code, language)
    found = sum(1 for line in spans for _, _, tone in line if tone is Tone.COMMENT)
    assert len(spans) == len(lines)
    assert found >= comments * 0.9


def test_each_line_is_read_about_once() -> None:
    highlighter = CodeHighlighter("python")
    lines: list[str] = []
    read = 0
    for number in range(400):
        lines.append(f"x{number} = call({number}, 'text')  # note")
        read += len(highlighter.advance(lines, len(lines) - 1))
    assert read <= 3 * len(lines)


def test_nothing_new_is_nothing_to_read() -> None:
    highlighter = CodeHighlighter("python")
    lines = ["a = 1", "b = 2"]
    assert highlighter.advance(lines, 1)
    assert not highlighter.advance(lines, 1)


def test_an_unknown_language_stays_plain() -> None:
    highlighter = CodeHighlighter("no-such-language")
    assert highlighter.plain
    assert highlighter.knows(10)
    assert not highlighter.advance(["x"], 0)


def test_a_keyword_a_string_and_a_comment_get_their_tones() -> None:
    (line,) = all_spans("return 'a'  # b", "python")
    assert [tone for _, _, tone in line] == [
        Tone.KEYWORD,
        Tone.STRING,
        Tone.STRING,
        Tone.STRING,
        Tone.COMMENT,
    ] or {tone for _, _, tone in line} == {Tone.KEYWORD, Tone.STRING, Tone.COMMENT}


@pytest.mark.parametrize("language", COMMON)
def test_every_common_language_can_be_warmed(language: str) -> None:
    warm(language)
    assert lexer_for(language) is not None
