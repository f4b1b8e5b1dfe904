"""Recordings that come as files: what a file dialog offers, and what is dragged."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from workbench.services.speech.library import ENDINGS
from workbench.ui.speech.words import translate


def filters() -> str:
    """For a file dialog: audio and video, then everything."""
    patterns = " ".join(f"*{ending}" for ending in sorted(ENDINGS))
    return ";;".join(
        (
            translate("SpeechLibrary", "Audio and video ({0})").format(patterns),
            translate("SpeechLibrary", "All files (*)"),
        )
    )


def dragged(data: QMimeData) -> list[Path]:
    """The local files and folders that are dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []
