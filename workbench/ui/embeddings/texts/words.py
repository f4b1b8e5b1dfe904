"""Rows of texts in the user's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workbench.domain.trouble import Trouble
from workbench.ui.support import figures

translate = QCoreApplication.translate


def part_of(name: str) -> str:
    """What a set is called that is made of another's rows."""
    return translate("Texts", "Part of {0}").format(name)


def told(trouble: Trouble) -> str:
    return " ".join(part for part in (trouble.what, trouble.why) if part)


def no_vector() -> str:
    return translate("Texts", "The file has no vector for it that can be compared.")


def tokens(count: int) -> str:
    return translate("Texts", "≈ {0}").format(figures.count(count))


def in_all(count: int) -> str:
    return translate("Texts", "≈ {0} tokens").format(figures.count(count))


def duplicate_of(id: str) -> str:
    return translate("Texts", "As {0}").format(id)


def empty() -> str:
    return translate("Texts", "Empty")


def cut(names: list[str]) -> str:
    """“Cut by bge-small-en-v1.5”, “Cut by 2 models”."""
    if len(names) == 1:
        return translate("Texts", "Cut by {0}").format(names[0])
    return translate("Texts", "Cut by {0} models").format(figures.count(len(names)))
