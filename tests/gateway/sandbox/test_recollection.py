"""A remembered answer is the one that would have been composed."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.asking import call_of
from workbench.domain.models import Model
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.compose import compose
from workbench.gateway.sandbox.reading import chat
from workbench.gateway.sandbox.recollection import Recollection

KEPT = Recollection()
CHANGES = st.fixed_dictionaries(
    {"messages": st.sampled_from(["Explain tides", "Compare them in a table", "Use f and g"]).map(
        lambda prompt: [{"role": "user", "content": prompt}]
    )},
    optional={
        "max_tokens": st.integers(1, 30),
        "stop": st.sampled_from(["a", ["e", "i"]]),
        "stream": st.booleans(),
        "seed": st.integers(0, 2),
        "parallel_tool_calls": st.booleans(),
        "tools": st.just([{"type": "function", "function": {"name": n}} for n in "fg"]),
        "tool_choice": st.sampled_from(["auto", "required", "none"]),
        "response_format": st.just({"type": "json_object"}),
    },
)  # fmt: skip


def asked(body: dict[str, Any], model: str = "m") -> Ask:
    return chat.read(body, call_of(body, model=model), Model(f"openai/{model}", known=False))


@given(CHANGES, st.sampled_from(["m", "n"]), st.sampled_from([None, 20]))
def test_what_is_remembered_is_what_would_be_composed(
    body: dict[str, Any], model: str, tokens: int | None
) -> None:
    ask = asked(body, model)
    assert KEPT.answer(ask, tokens) == compose(ask, tokens=tokens)


def test_an_equal_request_is_not_composed_again() -> None:
    body = {"messages": [{"role": "user", "content": "Explain tides"}]}
    kept = Recollection()
    assert kept.answer(asked(body), None) is kept.answer(asked(body), None)


def test_old_and_long_answers_are_let_go() -> None:
    kept = Recollection()
    long = asked({"messages": [{"role": "user", "content": "Write 2001 tokens of markdown"}]})
    assert kept.answer(long, None) is not kept.answer(long, None)
    first = asked({"messages": [{"role": "user", "content": "0"}]})
    answer = kept.answer(first, None)
    for n in range(1, 257):
        kept.answer(asked({"messages": [{"role": "user", "content": str(n)}]}), None)
    assert kept.answer(first, None) is not answer
