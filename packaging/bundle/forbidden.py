"""What no bundle may hold: parts that are GPL only, or not free at all. AI Workbench is Apache-2.0 and stays so.

Qt, PySide6, FFmpeg and the libraries of the system that come along are LGPL or freer; notices.py tells the terms of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

QT_GPL_ONLY = (
    *(
        "CanvasPainter",
        "Charts",
        "Coap",
        "DataVisualization",
        "Graphs",
        "Grpc",
        "HttpServer",
        "Lottie",
        "Mqtt",
    ),
    *("NetworkAuth", "QmlCompiler", "Quick3D", "QuickTimeline", "VirtualKeyboard", "WaylandCompositor"),
)
"""Modules, and all whose names begin so (Qt's own list for 6.12; Charts and DataVisualization were so until lately)."""
LIBRARIES = (
    *("readline", "history", "gdbm", "gdbm_compat", "db", "x264", "x265", "xvidcore", "postproc", "fdk-aac"),
    *("vidstab", "rubberband", "frei0r", "cdio", "smbclient", "espeak", "espeak-ng", "fftw3", "gsl", "magic"),
)
"""Of `lib{name}.so`, `.dylib` and `.dll`."""
MODULES = ("readline", "_gdbm", "_dbm", "PyQt5", "PyQt6", "unidecode", "igraph")
"""Extension modules and packages of Python."""

_RULES = [
    re.compile(rule, re.IGNORECASE)
    for rule in (
        rf"(?:lib)?Qt6?(?:{'|'.join(QT_GPL_ONLY)})[^/]*",
        rf"libq[^/]*(?:{'|'.join(QT_GPL_ONLY)})[^/]*",
        r"q[^/]*virtualkeyboard[^/]*",
        r"wayland-graphics-integration-server",
        rf"lib(?:{'|'.join(LIBRARIES)})(?:[-.]?\d[\d.]*|-[\da-f]+)?\.(?:so|dylib|dll)[\d.]*",
        rf"(?:{'|'.join(MODULES)})(?:\.[^/]*)?",
    )
]


def is_forbidden(path: str) -> bool:
    """path: with / between its parts; a forbidden folder forbids all that is in it."""
    return any(rule.fullmatch(part) for part in path.split("/") for rule in _RULES)


def forbidden(paths: Iterable[str]) -> list[str]:
    """Those that may not be there."""
    return sorted(path for path in paths if is_forbidden(path))
