"""Answers composed of late. One request sent again and again then measures the gateway, not the sandbox."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.compose import Answer, compose

_MOST = 256
_LONGEST = 2000
"""Tokens of an answer that is worth keeping: longer ones would take too much memory."""


class Recollection:
    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[Any, ...], Answer] = OrderedDict()

    def answer(self, ask: Ask, tokens: int | None) -> Answer:
        """As `compose`, which gives equal asks equal answers."""
        key = _key(ask, tokens)
        if (answer := self._answers.get(key)) is not None:
            self._answers.move_to_end(key)
            return answer
        answer = compose(ask, tokens=tokens)
        if answer.completion_tokens <= _LONGEST:
            self._answers[key] = answer
            if len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        return answer


def _key(ask: Ask, tokens: int | None) -> tuple[Any, ...]:
    """The seed stands for what was said and shaped; the rest is what an answer tells or where it ends."""
    o = ask.options
    told = (ask.wire_model, ask.provider, ask.prompt_tokens, o.stream, o.thinks, o.parallel_calls)
    return (ask.seed, tokens, o.max_tokens, o.stop, *told)
