"""What a picture says of itself, in words and figures, wherever it is shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.domain.models import Cost
from workbench.ui.support import figures


@dataclass(frozen=True, slots=True)
class Fact:
    """label: for people. value: as it is read. copied: what copying it gives. plain: ids and figures, which stay left-to-right."""

    name: str
    label: str
    value: str
    copied: str
    plain: bool = True


def title_of(image: GalleryImage) -> str:
    """What it is called where there is one line for it: its prompt, else its name."""
    return " ".join((image.settings.prompt or image.name).split()) or _tr("A picture without a name")


def spoken(image: GalleryImage) -> str:
    """What a screen reader says of it."""
    parts = [title_of(image), image.model, size_words(image)]
    if image.rating:
        parts.append(_tr("1 star") if image.rating == 1 else _tr("{0} stars").format(image.rating))
    return ", ".join(filter(None, parts))


def size_words(image: GalleryImage) -> str:
    return f"{image.width} × {image.height}"


def when(created_at: float) -> str:
    """Day and minute by the user's locale."""
    moment = QDateTime.fromSecsSinceEpoch(int(created_at))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)


def cost_words(image: GalleryImage) -> str:
    """What it cost, and how that is known; "" where it cannot be known."""
    if image.cost is None or image.cost.usd is None:
        return ""
    return _cost(image.cost, sandbox=image.sandbox)


def _cost(cost: Cost, *, sandbox: bool) -> str:
    money = figures.usd(cost.usd or 0)
    if sandbox:
        return _tr("{0}, had it not been the sandbox").format(money)
    return (_tr("{0}, charged") if cost.charged else _tr("{0}, estimated")).format(money)


def settings_of(image: GalleryImage) -> list[Fact]:
    """The settings it was asked with; only what was sent."""
    sent = image.settings
    facts = []
    if sent.width and sent.height:
        size = f"{sent.width} × {sent.height}"
        facts.append(Fact("size", _tr("Size asked for"), size, f"{sent.width}x{sent.height}"))
    for name, label, value in (
        ("aspect_ratio", _tr("Aspect ratio"), sent.aspect_ratio),
        ("steps", _tr("Steps"), sent.steps),
        ("guidance", _tr("Guidance"), sent.guidance),
        ("seed", _tr("Seed"), sent.seed),
        ("strength", _tr("Strength"), sent.strength),
    ):
        if value not in (None, ""):
            words = f"{value:g}" if isinstance(value, float) else str(value)
            facts.append(Fact(name, label, words, words))
    return facts


def history_of(image: GalleryImage) -> list[Fact]:
    """Where it came from, when, how long that took, what it cost, and what the file is."""
    file = f"{image.media_type.removeprefix('image/').upper()}, {figures.size(image.size)}"
    rows = [
        (
            "when",
            _tr("Made") if image.origin is Origin.GENERATED else _tr("Brought in"),
            when(image.created_at),
        ),
        ("took", _tr("Took"), figures.seconds(image.took_ms) if image.took_ms is not None else ""),
        ("cost", _tr("Cost"), cost_words(image)),
        ("target", _tr("Connection"), image.target),
        ("pixels", _tr("Picture"), f"{size_words(image)} px"),
        ("file", _tr("File"), file),
        ("name", _tr("Name"), image.name),
    ]
    figure = {"took", "pixels", "file"}
    return [Fact(name, label, value, value, name in figure) for name, label, value in rows if value]


def can_repeat(image: GalleryImage) -> bool:
    """Whether its request can be sent again. An imported one may name a model of another program, without its maker."""
    return bool(image.model) and (image.origin is Origin.GENERATED or "/" in image.model)


def settings_json(image: GalleryImage) -> str:
    """Model and settings, for pasting into notes and code: the fields that were sent, by the names they have here."""
    told: dict[str, Any] = {"model": image.model} if image.model else {}
    sent = image.settings
    for name in sent.__slots__:
        value = getattr(sent, name)
        if value not in (None, "", ()):
            told[name] = list(value) if isinstance(value, tuple) else value
    return json.dumps(told, ensure_ascii=False, indent=2)


def _tr(text: str) -> str:
    return QCoreApplication.translate("PictureFacts", text)
