"""The languages that are offered where a model takes any."""

from __future__ import annotations

from workbench.ui.speech.words import language

COMMON = (
    "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr",
    "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "kk", "kn", "ko", "lt", "lv", "mi", "mk", "mr", "ms",
    "ne", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "ta", "th", "tl", "tr", "uk", "ur", "vi",
    "zh",
)  # fmt: skip
"""Those that speech models have been trained with most often."""


def named(codes: tuple[str, ...] = COMMON) -> list[tuple[str, str]]:
    """Codes with their names, by name."""
    return sorted(((code, language(code)) for code in codes), key=lambda pair: pair[1].casefold())
