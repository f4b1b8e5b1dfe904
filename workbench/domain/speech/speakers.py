"""Who is who: models number the speakers of every part anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence


def names_for(
    heard: Iterable[tuple[str, str]], speakers: Sequence[str], known: Sequence[str]
) -> dict[str, str]:
    """What the speakers of a part are called where the parts before already have names.

    heard: for each word that both have heard, its speaker here and there. speakers: of the part. known: of those before.
    Whoever is not in what both heard keeps the name if it is free; else it is taken for one of the known who was not heard either.
    """
    votes = Counter((here, there) for here, there in heard if here and there)
    names: dict[str, str] = {}
    for (here, there), _ in votes.most_common():
        if here not in names and there not in names.values():
            names[here] = there
    if not names:
        return {}
    for speaker in speakers:
        if speaker and speaker not in names:
            names[speaker] = _free(speaker, known, frozenset(names.values()))
    return names


def _free(speaker: str, known: Sequence[str], taken: frozenset[str]) -> str:
    if speaker not in taken:
        return speaker
    for name in known:
        if name and name not in taken:
            return name
    number = 2
    while f"{speaker} ({number})" in taken:
        number += 1
    return f"{speaker} ({number})"
