"""What is asked of all rows of a set again and again, found out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.domain.embeddings.texts import TextRow


@dataclass(frozen=True, slots=True)
class SetFacts:
    """texts: rows that have one. places: of rows, by their ids. labels: how many different ones. by_label, by_group: some rows have the
    same one and some another, so that these tell which pairs are similar.
    """

    texts: int = 0
    places: Mapping[str, int] = field(default_factory=dict, repr=False)
    labels: int = 0
    by_label: bool = False
    by_group: bool = False


def set_facts(rows: Sequence[TextRow]) -> SetFacts:
    """Takes a while for many: use a thread."""
    return SetFacts(
        sum(1 for row in rows if row.text.strip()),
        {row.id: number for number, row in enumerate(rows)},
        len({row.label for row in rows if row.label}),
        _tells(row.label for row in rows),
        _tells(row.group for row in rows),
    )


def _tells(keys: Iterable[str]) -> bool:
    seen: set[str] = set()
    twice = False
    for key in keys:
        if key:
            twice = twice or key in seen
            seen.add(key)
        if twice and len(seen) > 1:
            return True
    return False
