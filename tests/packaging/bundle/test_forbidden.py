"""packaging/bundle/forbidden.py: what no bundle may hold."""

from __future__ import annotations

import pytest
from bundle.contents import is_wanted
from bundle.forbidden import QT_GPL_ONLY, forbidden, is_forbidden

FORBIDDEN = [
    *(f"_internal/PySide6/Qt/lib/libQt6{module}.so.6" for module in QT_GPL_ONLY),
    *(f"PySide6/Qt{module}.abi3.so" for module in QT_GPL_ONLY),
    *(f"PySide6/Qt6{module}.dll" for module in QT_GPL_ONLY),
    *(f"PySide6/Qt/lib/Qt{module}.framework/Versions/A/Qt{module}" for module in QT_GPL_ONLY),
    "PySide6/Qt/lib/libQt6VirtualKeyboardQml.so.6",
    "PySide6/Qt/lib/libQt6Quick3DPhysics.so.6",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
    "PySide6/plugins/platforminputcontexts/qtvirtualkeyboardplugin.dll",
    "PySide6/Qt/plugins/vectorimageformats/libqlottievectorimage.so",
    "PySide6/Qt/plugins/wayland-graphics-integration-server/libqt-wayland-compositor-dmabuf-server-buffer.so",
    "libreadline.so.8",
    "python3.11/lib-dynload/readline.cpython-311-x86_64-linux-gnu.so",
    "python3.11/lib-dynload/_gdbm.cpython-311-x86_64-linux-gnu.so",
    "libgdbm.so.6",
    "libdb-5.3.so",
    "libx264.so.164",
    "av.libs/libx264-d1a2b3.so.164",
    "av.libs/libx265-9c8d.so.199",
    "libx265-199.dll",
    "libpostproc.57.dylib",
    "libespeak-ng.so.1",
    "PyQt6/QtCore.abi3.so",
]
ALLOWED = [
    "_internal/PySide6/Qt/lib/libQt6Quick.so.6",
    "_internal/PySide6/Qt/lib/libQt6QmlModels.so.6",
    "_internal/PySide6/Qt/plugins/platforminputcontexts/libcomposeplatforminputcontextplugin.so",
    "_internal/libavcodec.so.63",
    "_internal/libdbus-1.so.3",
    "_internal/resources/icons/history.svg",
    "_internal/resources/icons/chart-line.svg",
    "_internal/python3.11/lib-dynload/_sqlite3.cpython-311-x86_64-linux-gnu.so",
]


@pytest.mark.parametrize("path", FORBIDDEN)
def test_what_is_gpl_only_is_found_and_never_taken(path: str) -> None:
    assert is_forbidden(path)
    assert not is_wanted(path)


@pytest.mark.parametrize("path", ALLOWED)
def test_what_is_free_to_go_along_is_not_taken_for_it(path: str) -> None:
    assert not is_forbidden(path)


def test_all_of_it_is_named_in_order() -> None:
    assert forbidden(["libx265.so.1", "libavcodec.so.63", "libreadline.so.8"]) == [
        "libreadline.so.8",
        "libx265.so.1",
    ]
