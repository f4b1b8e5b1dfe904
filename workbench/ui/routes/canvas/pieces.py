"""What can be put on the canvas: a kind of element, a certain model, a note, a frame; with the key it is dragged under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from workbench.domain.routes.edits import new_element
from workbench.domain.routes.elements import AnyElement, Kind, LimitType, ModelCall, Route
from workbench.ui.routes import words

MIME = "application/x-workbench-route-piece"
NOTE, FRAME = "note", "frame"
_MODEL = "model:"
_EMPTY = Route("", ())
_KINDS: dict[str, tuple[Kind, LimitType]] = {
    "start": (Kind.START, LimitType.COUNT),
    "conditional": (Kind.CONDITIONAL, LimitType.COUNT),
    "percentage": (Kind.PERCENTAGE, LimitType.COUNT),
    "rate": (Kind.RATE, LimitType.COUNT),
    "budget": (Kind.RATE, LimitType.COST),
    "model": (Kind.MODEL, LimitType.COUNT),
    "end": (Kind.END, LimitType.COUNT),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """key: stable, for drag and drop. detail: what it is for, or whose model it is. role: of its colour."""

    key: str
    title: str
    detail: str
    icon: str
    role: str

    @property
    def is_element(self) -> bool:
        return self.key not in (NOTE, FRAME)


def element_pieces() -> tuple[Piece, ...]:
    details = {
        "start": QCoreApplication.translate("Routes", "where requests enter"),
        "conditional": QCoreApplication.translate("Routes", "chooses by metadata, headers or body"),
        "percentage": QCoreApplication.translate("Routes", "shares requests out by chance or by a field"),
        "rate": QCoreApplication.translate("Routes", "so many requests for each value of a field"),
        "budget": QCoreApplication.translate("Routes", "so many dollars for each value of a field"),
        "model": QCoreApplication.translate("Routes", "asks a model, with retries and a fallback"),
        "end": QCoreApplication.translate("Routes", "where the answer goes out"),
    }
    pieces = []
    for key, (kind, limit_type) in _KINDS.items():
        made = new_element(_EMPTY, kind, limit_type)
        role = "series-1" if kind is Kind.MODEL else words.role_of(made)
        pieces.append(Piece(key, words.kind_name(made), details[key], words.icon_of(made), role))
    return tuple(pieces)


def drawn_pieces() -> tuple[Piece, ...]:
    translate = QCoreApplication.translate
    return (
        Piece(NOTE, translate("Routes", "Note"), translate("Routes", "a remark beside the route"), "sticky-note", "warn"),
        Piece(FRAME, translate("Routes", "Frame"), translate("Routes", "a titled box behind elements"), "square-dashed", "muted"),
    )  # fmt: skip


def model_pieces(models: Iterable[str]) -> tuple[Piece, ...]:
    """models: as "provider/model"."""
    return tuple(_model_piece(name) for name in models if "/" in name)


def _model_piece(name: str) -> Piece:
    provider, _, model = name.partition("/")
    made = ModelCall(id="model", provider=provider, model=model)
    return Piece(
        _MODEL + name,
        words.title_of(made),
        words.provider_name(provider),
        words.icon_of(made),
        words.role_of(made),
    )


def piece_of(key: str) -> Piece | None:
    """The piece that a drag carries; None for a key nobody gave out."""
    if key.startswith(_MODEL) and "/" in key:
        return _model_piece(key.removeprefix(_MODEL))
    return next((piece for piece in (*element_pieces(), *drawn_pieces()) if piece.key == key), None)


def made_of(route: Route, piece: Piece) -> AnyElement | None:
    """A new element for the route; None for a note or a frame."""
    if piece.key.startswith(_MODEL):
        provider, _, model = piece.key.removeprefix(_MODEL).partition("/")
        made = new_element(route, Kind.MODEL)
        assert isinstance(made, ModelCall)
        return replace(made, provider=provider, model=model)
    if piece.key in _KINDS:
        return new_element(route, *_KINDS[piece.key])
    return None
