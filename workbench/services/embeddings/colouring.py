"""What the colours of a map say: groups that were given or are found, or how close each row is to one."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.domain.embeddings.maps import STEPS, ColourBy, Colouring
from workbench.domain.embeddings.measures import Measure
from workbench.services.embeddings.reckoning import Progress, reckoned
from workbench.services.embeddings.stop_words import STOP_WORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

MOST_GROUPS = 40
"""Names that are told apart; what is rarer is one group of its own, the last."""
MOST_CLUSTERS = 30
_WORDS = 3
_LETTERS = ((re.compile("[\u0590-\u07ff]"), 3), (re.compile("[\u30a0-\ud7a3]"), 2), (re.compile(""), 4))
"""How many a word has at least, by its script: shorter ones say nothing. Some scripts write fewer letters for as much."""
_WORD = re.compile(r"[^\W\d_]+")
_UNDIVIDED = re.compile(r"[\u3400-\u9fff\u3005]+|[\u30a0-\u30ff]{2,}|[^\u3005-\u9fff]+")
"""Parts of what is written without spaces: Chinese signs, and Japanese words from elsewhere; what binds them is left out."""
_HAN = "\u3400"
_READ_ROWS = 20_000


async def by_names(by: ColourBy, names: Sequence[str]) -> Colouring:
    """names: of each row, "" for none. The largest group is the first."""
    return await reckoned(lambda watch: _by_names(by, names))


async def by_clusters(
    vectors: Vectors, texts: Sequence[str], many: int | None, seed: int = 0, progress: Progress | None = None
) -> Colouring:
    """many: how many clusters; None for as many as stand apart best. Named after the words that are most telling of each."""
    return await reckoned(lambda watch: _by_clusters(vectors, texts, many, seed, watch), progress)


async def by_likeness(vectors: Vectors, to: Vectors | int, measure: Measure) -> Colouring:
    """to: a row, or the one vector of something that was typed."""
    return await reckoned(lambda watch: _by_likeness(vectors, to, measure))


async def apart(vectors: Vectors, shades: array[int]) -> float | None:
    """How well groups stand apart as these vectors see them, -1 to 1; None where there are not two."""

    def work(watch: Watch) -> float | None:
        import numpy as np

        from workbench.vectors.clusters import separation

        groups = _numbers(shades)
        valid = groups[vectors.valid]
        if len(np.unique(valid[valid >= 0])) < 2:
            return None
        return separation(vectors, groups).silhouette

    return await reckoned(work)


def nothing(rows: int) -> Colouring:
    return Colouring(ColourBy.NOTHING, array("i", bytes(4 * rows)), ("",), (rows,))


def telling_words(texts: Sequence[str], groups: Sequence[int], many: int) -> tuple[str, ...]:
    """For each group up to three words that are in many of its texts and in few others; "" where there are none."""
    within: list[Counter[str]] = [Counter() for _ in range(many)]
    sizes = [0] * many
    for text, group in zip(texts, groups, strict=True):
        if group >= 0:
            sizes[group] += 1
            within[group].update(_words(text))
    everywhere: Counter[str] = Counter()
    for words in within:
        everywhere.update(words)
    total = max(sum(sizes), 1)
    names = []
    for words, size in zip(within, sizes, strict=True):
        worth = {
            word: count * (count / size - (everywhere[word] - count) / max(total - size, 1))
            for word, count in words.items()
            if count > 1 or size == 1
        }
        best = sorted((word for word in worth if worth[word] > 0), key=lambda word: (-worth[word], word))
        names.append(", ".join(best[:_WORDS]))
    return tuple(names)


def _words(text: str) -> set[str]:
    found: set[str] = set()
    for run in _WORD.findall(text.lower()):
        for part in _UNDIVIDED.findall(run):
            if _HAN <= part[0] <= "\u9fff":
                found.update(part[at : at + 2] for at in range(len(part) - 1))
            elif len(part) >= next(least for script, least in _LETTERS if script.match(part)):
                found.add(part)
    return found - STOP_WORDS


def _by_names(by: ColourBy, names: Sequence[str]) -> Colouring:
    found = Counter(name for name in names if name).most_common()
    kept = [name for name, _ in found[:MOST_GROUPS]]
    sizes = [size for _, size in found[:MOST_GROUPS]]
    place = {name: number for number, name in enumerate(kept)}
    others = nameless = -1
    if rare := sum(size for _, size in found[MOST_GROUPS:]):
        others = len(kept)
        kept.append("")
        sizes.append(rare)
    if without := sum(not name for name in names):
        nameless = len(kept)
        kept.append("")
        sizes.append(without)
    shades = array("i", (place.get(name, others) if name else nameless for name in names))
    return Colouring(by, shades, tuple(kept), tuple(sizes), others=others, nameless=nameless)


def _by_clusters(
    vectors: Vectors, texts: Sequence[str], many: int | None, seed: int, watch: Watch
) -> Colouring:
    import numpy as np

    from workbench.vectors.clusters import chosen_k, clusters

    if many is None:
        many, _ = chosen_k(vectors, seed=seed, watch=watch.share(0, 0.6))
    found = clusters(vectors, min(many, MOST_CLUSTERS), seed=seed, watch=watch.share(0.6, 0.9))
    counts = np.bincount(found.groups[found.groups >= 0], minlength=len(found.centres))
    order = np.argsort(-counts, kind="stable")
    rank = np.empty(len(order) + 1, np.int32)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    groups = rank[found.groups]
    step = max(1, len(texts) // _READ_ROWS)
    watch.at(0.95)
    names = telling_words(texts[::step], groups[::step].tolist(), len(order))
    return Colouring(ColourBy.CLUSTER, _plain(groups), names, tuple(counts[order].tolist()))


def _by_likeness(vectors: Vectors, to: Vectors | int, measure: Measure) -> Colouring:
    import numpy as np

    from workbench.vectors.similarity import similarity

    one = vectors.take(np.array([to], dtype=np.int64)) if isinstance(to, int) else to
    scores = similarity(one, vectors, measure)[0]
    known = scores.copy()
    if isinstance(to, int):
        known[to] = np.nan  # its likeness to itself would take the range of all others
    known = known[np.isfinite(known)]
    least, most = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    share = (scores - np.float32(least)) / np.float32(most - least) if most > least else np.ones_like(scores)
    if not measure.higher_is_closer:
        share = 1 - share
    with np.errstate(invalid="ignore"):
        shades = np.where(np.isnan(scores), -1, np.rint(np.clip(share, 0, 1) * (STEPS - 1))).astype(np.int32)
    return Colouring(ColourBy.LIKENESS, _plain(shades), least=least, most=most)


def _plain(numbers: NDArray[np.int32]) -> array[int]:
    made = array("i")
    made.frombytes(numbers.astype("=i4").tobytes())
    return made


def _numbers(shades: array[int]) -> NDArray[np.int32]:
    import numpy as np

    return np.frombuffer(shades, dtype=np.int32) if len(shades) else np.zeros(0, np.int32)
