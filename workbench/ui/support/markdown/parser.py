"""The markdown-it parsers of the program: one dialect, made when first used.

CommonMark with tables, strikethrough and task items. Raw HTML is never recognised, so it stays text.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

References = dict[str, Any]
"""Link definitions by normalised label, as markdown-it keeps them (href, title, map)."""

NESTING = 100


@cache
def markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # 37 ms: not before it is needed

    parser = MarkdownIt("commonmark", {"html": False, "tasklists": True, "maxNesting": NESTING})
    return parser.enable(["table", "strikethrough"])


def block_tokens(text: str) -> tuple[list[Token], References]:
    """Block structure only: inline tokens keep their content unread. text has line feeds only, no NUL."""
    parser = markdown()
    env: dict[str, Any] = {"references": {}}
    tokens: list[Token] = []
    parser.block.parse(text, parser, env, tokens)
    return tokens, env["references"]


def inline_tokens(text: str, references: References) -> list[Token]:
    parser = markdown()
    tokens: list[Token] = []
    parser.inline.parse(text, parser, {"references": references}, tokens)
    return tokens


def as_html(text: str) -> str:
    """The text as an HTML fragment, for the clipboard. Pictures become links to them, so pasting loads nothing."""
    html: str = _for_clipboard().render(text)
    return html


@cache
def _for_clipboard() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "tasklists": True, "maxNesting": NESTING})
    parser.enable(["table", "strikethrough"])
    # An image rule that is off leaves `!` and the link that follows it.
    return parser.disable("image")
