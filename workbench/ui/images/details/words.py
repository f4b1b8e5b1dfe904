"""What the details say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from workbench.domain.images.gallery import GalleryImage
from workbench.services.images.repeat import Repeat, Verdict
from workbench.ui.support import figures


def verdict_words(repeat: Repeat) -> tuple[str, str, str]:
    """Icon, role of its colour, and sentence."""
    match repeat.verdict:
        case Verdict.SAME:
            return "circle-check", "good", _tr("Run again: the same picture, pixel by pixel.")
        case Verdict.SIMILAR:
            words = _tr("Run again: a similar picture ({0} of 64 bits differ).")
            return "circle-dashed", "warn", words.format(repeat.distance)
        case Verdict.DIFFERENT:
            words = _tr("Run again: a different picture ({0} of 64 bits differ).")
            return "circle-slash", "bad", words.format(repeat.distance)


def total_words(images: Sequence[GalleryImage]) -> str:
    """What several pictures cost together and how large they are."""
    known = [image.cost.usd for image in images if image.cost is not None and image.cost.usd is not None]
    parts = [figures.size(sum(image.size for image in images))]
    if known:
        money = figures.usd(sum(known))
        parts.append(
            money if len(known) == len(images) else _tr("{0} and some of unknown cost").format(money)
        )
    return " · ".join(parts)


def shared(values: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Words of several pictures, the most frequent first, each with how many have it where not all have."""
    number = len(values)
    found = Counter(word for words in values for word in words)
    return [
        (word, "" if times == number else _tr("({0} of {1})").format(times, number))
        for word, times in found.most_common()
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("PictureDetails", text)
