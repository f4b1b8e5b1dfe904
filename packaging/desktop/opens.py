"""What the program opens, for the systems that are told so in forms of their own: Windows and macOS.

The files of Linux's desktops say the same in theirs; tests compare them.
"""

from __future__ import annotations

from dataclasses import dataclass

SCHEME = "ai-workbench"
"""As in workbench.domain.opening: links that begin so are handed to the program."""


@dataclass(frozen=True, slots=True)
class FileType:
    """name: a word for identifiers. words: what people call it, by language."""

    name: str
    ending: str
    mime: str
    words: dict[str, str]


FILE_TYPES = (
    FileType(
        "Route",
        "route.json",
        "application/vnd.ai-workbench.route+json",
        {"en": "AI Workbench route", "ar": "مسار AI Workbench", "ru": "маршрут AI Workbench"},
    ),
    FileType(
        "Conversation",
        "chat.json",
        "application/vnd.ai-workbench.conversation+json",
        {"en": "AI Workbench conversation", "ar": "محادثة AI Workbench", "ru": "беседа AI Workbench"},
    ),
)
