"""What tells pictures apart that were asked for in nearly the same way, in as few words as can be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import short_name
from workbench.ui.images.results import words

Asked = tuple[str, ImageSettings]
"""A model's id, and what it was asked with."""


def apart(pictures: Sequence[Asked]) -> list[str]:
    """Of each, in order, “steps 30 · seed 2”: its values of what is not the same in all of them, prompts aside; "" for none."""
    parts: list[list[str]] = [[] for _ in pictures]
    for tell in (_model, _size, _steps, _guidance, _strength, _seed):
        said = [tell(model, settings) for model, settings in pictures]
        if len(set(said)) > 1:
            for one, part in zip(parts, said, strict=True):
                one += [part] if part else []
    return [" · ".join(one) for one in parts]


def _model(model: str, settings: ImageSettings) -> str:
    return short_name(model)


def _size(model: str, settings: ImageSettings) -> str:
    if settings.width is None and settings.height is None:
        return settings.aspect_ratio
    return words.figure(f"{settings.width or '?'} × {settings.height or '?'}")


def _steps(model: str, settings: ImageSettings) -> str:
    return _number(QCoreApplication.translate("ImageResults", "steps {0}"), settings.steps)


def _guidance(model: str, settings: ImageSettings) -> str:
    return _number(QCoreApplication.translate("ImageResults", "guidance {0}"), settings.guidance)


def _strength(model: str, settings: ImageSettings) -> str:
    return _number(QCoreApplication.translate("ImageResults", "strength {0}"), settings.strength)


def _seed(model: str, settings: ImageSettings) -> str:
    return _number(QCoreApplication.translate("ImageResults", "seed {0}"), settings.seed)


def _number(text: str, value: float | None) -> str:
    return "" if value is None else text.format(value if isinstance(value, int) else f"{value:g}")
