"""Whether each model finds translations: rows of one group that say the same in different languages."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from workbench.domain.embeddings.languages import Direction, LanguageAccuracy
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.retrieval import Interval
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings.reckoning import Progress, reckoned

if TYPE_CHECKING:
    from workbench.vectors.arrays import Doubles
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

MOST_PAIRS = 5000
"""Of two languages; of more, so many are drawn by lot and look for one another."""
MOST_LANGUAGES = 12
"""The most frequent ones; every two of them are compared."""
_Z = 1.959964
"""Of the normal distribution: 95 % lie within so many deviations."""


@dataclass(frozen=True, slots=True)
class Translations:
    """Of two languages: rows of the set that say the same, in the same order. of: how many there are, where these were drawn."""

    one: str
    other: str
    left: tuple[int, ...] = field(repr=False)
    right: tuple[int, ...] = field(repr=False)
    of: int = 0


def translations(rows: Sequence[TextRow], *, seed: int = 0) -> tuple[Translations, ...]:
    """Of every two languages that have at least two groups in common. Of a group the first row in a language counts. Takes a while for
    many rows: use a thread.
    """
    counts = Counter(row.language for row in rows if row.language and row.group and row.text.strip())
    languages = [language for language, _ in counts.most_common(MOST_LANGUAGES)]
    first: dict[str, dict[str, int]] = {language: {} for language in languages}
    for number, row in enumerate(rows):
        if row.group and row.text.strip() and row.language in first:
            first[row.language].setdefault(row.group, number)
    found = []
    for one, other in combinations(languages, 2):
        groups = [group for group in first[one] if group in first[other]]
        if len(groups) > 1:
            some = groups
            if len(groups) > MOST_PAIRS:
                places = sorted(random.Random(seed).sample(range(len(groups)), MOST_PAIRS))
                some = [groups[place] for place in places]
            left = tuple(first[one][group] for group in some)
            right = tuple(first[other][group] for group in some)
            found.append(Translations(one, other, left, right, len(groups)))
    return tuple(found)


async def language_accuracy(
    key: str,
    vectors: Vectors,
    pairs: Sequence[Translations],
    k: int,
    measure: Measure,
    progress: Progress | None = None,
) -> LanguageAccuracy:
    """With Wilson's 95 % intervals, which stay true where none or all are found."""
    return await reckoned(lambda watch: _accuracy(key, vectors, pairs, k, measure, watch), progress)


def _accuracy(
    key: str,
    vectors: Vectors,
    pairs: Sequence[Translations],
    k: int,
    measure: Measure,
    watch: Watch,
) -> LanguageAccuracy:
    import numpy as np

    from workbench.vectors.retrieval import aligned

    directions = []
    for number, each in enumerate(pairs):
        found = aligned(
            vectors.take(np.array(each.left, np.int64)),
            vectors.take(np.array(each.right, np.int64)),
            k,
            measure,
            watch=watch.share(number / len(pairs), (number + 1) / len(pairs)),
        )
        directions.append(Direction(each.one, each.other, _interval(found.forth)))
        directions.append(Direction(each.other, each.one, _interval(found.back)))
    return LanguageAccuracy(key, k, tuple(directions), _by_language(directions))


def _interval(hits: Doubles) -> Interval:
    """Wilson's (1927), of hits and misses; NaN do not count."""
    known = hits[hits == hits]
    many = len(known)
    if not many:
        return Interval(math.nan, math.nan, math.nan, 0)
    share = float(known.mean())
    spread = _Z * math.sqrt(share * (1 - share) / many + (_Z / (2 * many)) ** 2)
    middle, whole = share + _Z**2 / (2 * many), 1 + _Z**2 / many
    return Interval(share, max((middle - spread) / whole, 0.0), min((middle + spread) / whole, 1.0), many)


def _by_language(directions: Sequence[Direction]) -> tuple[tuple[str, float], ...]:
    means: dict[str, list[float]] = {}
    for each in directions:
        if not math.isnan(each.accuracy.mean):
            for language in (each.source, each.target):
                means.setdefault(language, []).append(each.accuracy.mean)
    return tuple((language, sum(found) / len(found)) for language, found in means.items())
