"""Markdown as models write it, as long as one likes and always the same."""

from __future__ import annotations

import random
import re

END_MARK = "The very end."
_WORDS = (
    *("the", "a", "route", "model", "token", "answer", "request", "gateway", "cache", "limit", "fallback"),
    *("latency", "when", "then", "each", "other", "price", "window", "stream", "error", "retry", "budget"),
    *("country", "header", "user", "metadata", "split", "percent", "first", "second", "cheap", "fast"),
    *("local", "remote"),
)
_CODE = {
    "python": [
        "def decide(facts: Facts) -> str:",
        '    """Choose a model for the request."""',
        "    if facts.tokens > 4_000 and facts.country in {'DE', 'FR'}:",
        "        return f'model-{facts.tenant}'  # large and near",
        "    for attempt in range(3):",
        "        result = client.send(facts, timeout=2.5)",
        "        if result.ok:",
        "            return result.model",
        "    raise RuntimeError('nobody answered')",
        "",
    ],
    "typescript": [
        "export async function route(request: Request, env: Env): Promise<Response> {",
        "  const { model, messages } = await request.json<ChatBody>();",
        "  // cheap first, strong when it fails",
        "  const answer = await env.AI.run(model, { messages, stream: true });",
        '  return new Response(answer, { headers: { "content-type": "text/event-stream" } });',
        "}",
        "",
    ],
    "json": ["{", '  "name": "default",', '  "elements": [1, 2.5, true, null],', '  "next": "model-1"', "}"],
}
_TOKEN = re.compile(r"\s?\w{1,6}|\s+|[^\w\s]")


def mixed_markdown(tokens: int, seed: int = 7) -> list[str]:
    """About that many tokens of headings, paragraphs, lists, tables, quotes and code; the last ones are END_MARK."""
    dice = random.Random(seed)
    pieces: list[str] = []
    while len(pieces) < tokens:
        pieces += _TOKEN.findall(_section(dice))
    del pieces[tokens:]
    return [*pieces, "\n\n```\n\n", END_MARK] if _in_code("".join(pieces)) else [*pieces, "\n\n", END_MARK]


def message(number: int, dice: random.Random) -> str:
    """A message of ordinary length."""
    parts = [_paragraph(dice) for _ in range(dice.randint(1, 3))]
    if number % 3 == 0:
        parts.append(_code(dice))
    if number % 5 == 0:
        parts.append(_list(dice))
    if number % 11 == 0:
        parts.append(_table(dice))
    return "\n\n".join(parts)


def _section(dice: random.Random) -> str:
    kinds = [_paragraph, _paragraph, _code, _list, _table, _quote]
    dice.shuffle(kinds)
    parts = [f"## {_phrase(dice, 4)}", *(kind(dice) for kind in kinds)]
    return "\n\n".join(parts) + "\n\n"


def _phrase(dice: random.Random, words: int) -> str:
    return " ".join(dice.choice(_WORDS) for _ in range(words)).capitalize()


def _sentence(dice: random.Random) -> str:
    text = _phrase(dice, dice.randint(6, 14))
    word = dice.choice(_WORDS)
    dress = dice.choice(
        (f" **{word}**", f" `{word}()`", f" [{word}](https://example.com/{word})", "", "", "")
    )
    return f"{text}{dress}."


def _paragraph(dice: random.Random) -> str:
    return " ".join(_sentence(dice) for _ in range(dice.randint(2, 5)))


def _code(dice: random.Random) -> str:
    language = dice.choice(sorted(_CODE))
    lines = _CODE[language] * dice.randint(1, 3)
    return f"```{language}\n" + "\n".join(lines) + "\n```"


def _list(dice: random.Random) -> str:
    ordered = dice.random() < 0.5
    return "\n".join(
        f"{f'{number}.' if ordered else '-'} {_sentence(dice)}" for number in range(1, dice.randint(4, 9))
    )


def _table(dice: random.Random) -> str:
    rows = ["| Model | Price | Note |", "|:--|--:|---|"]
    rows += [
        f"| {dice.choice(_WORDS)}-{n} | ${dice.random():.3f} | {_phrase(dice, 4)} |"
        for n in range(dice.randint(3, 9))
    ]
    return "\n".join(rows)


def _quote(dice: random.Random) -> str:
    return "> " + _sentence(dice)


def _in_code(text: str) -> bool:
    return len(re.findall(r"^```", text, re.MULTILINE)) % 2 == 1
