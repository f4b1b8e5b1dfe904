from __future__ import annotations

from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings.set_facts import SetFacts, set_facts


def test_what_a_set_tells() -> None:
    rows = [
        TextRow("a", "x", "one", group="g"),
        TextRow("b", " ", "one"),
        TextRow("c", "y", "two", group="g"),
    ]
    assert set_facts(rows) == SetFacts(2, {"a": 0, "b": 1, "c": 2}, 2, by_label=True, by_group=False)
    assert set_facts([]) == SetFacts()
