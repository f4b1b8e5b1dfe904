"""What of all that the freezer finds goes into the bundle. The spec asks; nothing here needs PyInstaller.

Names are paths inside of the bundle, with / between their parts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from bundle.forbidden import MODULES, is_forbidden

LANGUAGES = ("ar", "ru")
"""Besides English: of these Qt's own words come along."""

EXCLUDED_MODULES = (
    *MODULES,
    *("tkinter", "_tkinter", "idlelib", "turtledemo", "lib2to3", "ensurepip", "venv", "test"),
    *("pip", "setuptools", "pkg_resources", "distutils", "_distutils_hack", "PyInstaller"),
    *("IPython", "matplotlib", "zstandard", "numpy.f2py", "numpy.distutils", "numpy.testing.tests"),
    *(
        "PySide6.QtQml",
        "PySide6.QtQuick",
        "PySide6.QtPdf",
        "PySide6.QtSql",
        "PySide6.QtTest",
        "PySide6.QtDesigner",
    ),
)
"""Not looked into even where something imports them in passing."""

_PLUGINS = {  # folder of Qt's plugins -> names of those that are wanted, on whichever system
    "iconengines": "svgicon",
    "imageformats": "gif|ico|jpeg|svg|webp",
    "multimedia": "ffmpegmedia|windowsmedia|darwinmedia",
    "platforminputcontexts": "(?:compose|ibus)platforminputcontext",
    "platforms": "xcb|wayland(?:-egl|-generic)?|offscreen|windows|cocoa",
    "platformthemes": "xdgdesktopportal",
    "styles": "modernwindowsstyle|macstyle",
    "wayland-decoration-client": "adwaita|bradient",
    "wayland-graphics-integration-client": "qt-plugin-wayland-egl|dmabuf-server",
    "wayland-shell-integration": "xdg-shell|qt-shell",
    "xcbglintegrations": "xcb-egl-integration|xcb-glx-integration",
}
_PLUGIN = re.compile(r"PySide6/(?:Qt/)?plugins/(?P<folder>[^/]+)/(?P<name>[^/]+)")
_TRANSLATION = re.compile(r"PySide6/(?:Qt/)?translations/(?P<name>[^/]+)\.qm")
_UNWANTED = [
    re.compile(rule)
    for rule in (
        # Of Quick only the library itself: the player of sound is linked to it.
        r"(?:.*/)?(?:lib)?Qt6?(?:Quick[A-Z]|Pdf|3D|EglF[sS]|Labs|Sql|Test|Designer|Help|WlShell)[^/]*",
        r"PySide6/(?:Qt/)?(?:qml|metatypes|modules|libexec|resources|phrasebooks)/.*",
        r"PySide6/(?:include|typesystems|glue|scripts|support)/.*",
        r"PySide6/.*\.(?:pyi|exe|app)",
        r"(?:.*/)?opengl32sw\.dll",
        r"resources/screenshots/.*",
        r"resources/.*README\.md",
    )
]

SYSTEM_LIBRARIES = re.compile(
    # What a driver of the graphics card, loaded at run time, brings a newer one of.
    r"lib(?:stdc\+\+|gcc_s|X11|X11-xcb)\.so[\d.]*"
)
"""Of Linux, and left to it."""

_LIBRARY = re.compile(r"(?:PySide6/Qt/lib/)?lib[^/]+\.so(?:\.[\d.]+)?")


def is_wanted(name: str) -> bool:
    """Whether a file belongs into the bundle."""
    if is_forbidden(name) or any(rule.fullmatch(name) for rule in _UNWANTED):
        return False
    if SYSTEM_LIBRARIES.fullmatch(name):
        return False
    if found := _TRANSLATION.fullmatch(name):
        return found["name"] in {f"qtbase_{language}" for language in LANGUAGES}
    if found := _PLUGIN.fullmatch(name):
        names = _PLUGINS.get(found["folder"])
        return names is not None and bool(
            re.fullmatch(rf"(?:lib)?q?(?:{names})(?:plugin)?\.\w+", found["name"])
        )
    return True


def unreached(needs: Mapping[str, Collection[str]]) -> set[str]:
    """The libraries that nothing in the bundle is linked to, for what was linked to them has been left out.

    needs: each binary with the file names that it is linked to. Extension modules, plugins and Python itself count as
    used; so do libraries that another one opens by name at run time.
    """
    by_file: dict[str, list[str]] = {}
    for name in needs:
        by_file.setdefault(name.rpartition("/")[2], []).append(name)
    used: set[str] = set()
    waiting = [name for name in needs if not _LIBRARY.fullmatch(name) or _is_opened_by_name(name)]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += [other for file in needs[name] for other in by_file.get(file, ())]
    return set(needs) - used


def _is_opened_by_name(name: str) -> bool:
    return name.rpartition("/")[2].startswith(("libpython3", "libQt6FFmpegStub"))
