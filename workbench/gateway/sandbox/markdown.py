"""Long mixed markdown on demand: everything a renderer has to cope with, to the exact number of tokens."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Sequence
from random import Random

from workbench.gateway.sandbox.phrases import ARABIC, CODE, COMMON_WORDS, HEADINGS, POINTS, RUSSIAN, SENTENCES
from workbench.gateway.sandbox.tokens import tokens_of


class Writer:
    """Makes blocks of markdown about one topic, with dice of its own."""

    def __init__(self, topic: str, dice: Random) -> None:
        self._dice = dice
        said: list[str] = re.findall(r"[^\W\d_]{3,}", topic)
        self._topic = topic
        self._words = [word for word in dict.fromkeys(said) if word.lower() not in COMMON_WORDS] or ["result"]
        self._sections = 0

    def long(self, tokens: int) -> list[str]:
        """Exactly this many tokens of mixed markdown; fences, tables and lists are whole."""
        pieces: list[str] = []
        kinds = self._order()
        next_kind = 0
        while len(pieces) < tokens:
            block = kinds[next_kind % len(kinds)]()
            next_kind += 1
            new = tokens_of(block if not pieces else "\n\n" + block)
            if len(pieces) + len(new) > tokens:
                break
            pieces += new
        return pieces + self._filler(tokens - len(pieces), first=not pieces)

    def sentence(self) -> str:
        return self.fill(self._dice.choice(SENTENCES))

    def paragraph(self, sentences: int = 0) -> str:
        return " ".join(
            self.fill(text) for text in self.some(SENTENCES, sentences or self._dice.randint(2, 5))
        )

    def code(self, language: str = "") -> str:
        language = language or self._dice.choice(sorted(CODE))
        name = re.sub(r"\W+", "_", self._word().lower()).strip("_")
        if not name.isidentifier() or keyword.iskeyword(name):
            name = "item"
        code = CODE[language].format(name=name, n=self._dice.randint(2, 99))
        return f"```{language}\n{code}```"

    def table(self) -> str:
        names = [f"{word} {n}" for n in range(1, 4) for word in self._words][: self._dice.randint(3, 6)]
        rows = [
            f"| {name} | {self._dice.randint(1, 9999)} | {self._dice.random():.2f} | `{self._word()}` |"
            for name in names
        ]
        return "\n".join(["| Name | Count | Share | Key |", "| --- | ---: | :---: | --- |", *rows])

    def numbered(self, count: int) -> str:
        texts = [self._dice.choice(POINTS) for _ in range(count)]
        return "\n".join(f"{i}. {self.fill(text)}" for i, text in enumerate(texts, 1))

    def fill(self, text: str) -> str:
        slug = re.sub(r"\W+", "-", self._topic.lower()).strip("-")[:40]
        return str(text.format(topic=self._topic, word=self._word(), slug=slug or "note"))

    def some(self, bank: Sequence[str], count: int) -> list[str]:
        return self._dice.sample(bank, min(count, len(bank)))

    def _order(self) -> list[Callable[[], str]]:
        """One of each kind in the first few hundred tokens, so that short documents are mixed too."""
        return [
            self._heading,
            self.paragraph,
            self._nested_list,
            self.code,
            self._arabic,
            self.table,
            self.paragraph,
            self._heading,
            self._russian,
            self._quote,
            lambda: self.code("python"),
            self._tasks,
            lambda: self.numbered(4),
            self._inline,
            lambda: "---",
        ]

    def _heading(self) -> str:
        self._sections += 1
        title = self._dice.choice(HEADINGS)
        if self._sections == 1:
            return f"# {self._topic[:1].upper()}{self._topic[1:]}"
        return f"{'##' if self._sections % 3 else '###'} {self._sections}. {title}"

    def _nested_list(self) -> str:
        lines = []
        for text in self.some(POINTS, 3):
            lines.append(f"- {self.fill(text)}")
            lines += [f"  - {self.sentence()}" for _ in range(self._dice.randint(0, 2))]
        lines.append("    1. third level, numbered\n    2. and its neighbour")
        return "\n".join(lines)

    def _quote(self) -> str:
        return f"> {self.sentence()}\n>\n> — *somebody who had to maintain it*"

    def _tasks(self) -> str:
        return "\n".join(f"- [{'x' if i % 2 else ' '}] {self.sentence()}" for i in range(3))

    def _arabic(self) -> str:
        return " ".join(self.fill(text) for text in self.some(ARABIC, 2))

    def _russian(self) -> str:
        return " ".join(self.fill(text) for text in self.some(RUSSIAN, 2))

    def _inline(self) -> str:
        return (
            f"Inline: `{self._word()}()`, **bold**, *italic*, ~~gone~~, <https://example.com>, "
            f"[a link](https://example.com/{self._dice.randint(1, 999)}), 1 < 2 && 3 > 2, <b>raw html</b>."
        )

    def _word(self) -> str:
        return self._dice.choice(self._words)

    def _filler(self, tokens: int, *, first: bool) -> list[str]:
        """Plain sentences for what is left at the end, cut to the token."""
        if tokens <= 0:
            return []
        pieces = [] if first else tokens_of("\n\n")
        while len(pieces) < tokens:
            pieces += tokens_of(
                ("" if first else " ") + self.sentence() if len(pieces) > 1 else self.sentence()
            )
        return [*pieces[: tokens - 1], "."]
