"""packaging/bundle/contents.py: what goes into the bundle."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from bundle.contents import EXCLUDED_MODULES, is_wanted, unreached

ROOT = Path(__file__).parents[3]
QT = "PySide6/Qt"


@pytest.mark.parametrize(
    "name",
    [
        f"{QT}/plugins/platforms/libqxcb.so",
        f"{QT}/plugins/platforms/libqwayland.so",
        f"{QT}/plugins/platforms/libqoffscreen.so",
        "PySide6/plugins/platforms/qwindows.dll",
        f"{QT}/plugins/platforms/libqcocoa.dylib",
        f"{QT}/plugins/iconengines/libqsvgicon.so",
        f"{QT}/plugins/multimedia/libffmpegmediaplugin.so",
        "PySide6/plugins/multimedia/windowsmediaplugin.dll",
        f"{QT}/plugins/platforminputcontexts/libcomposeplatforminputcontextplugin.so",
        f"{QT}/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
        f"{QT}/plugins/platformthemes/libqxdgdesktopportal.so",
        f"{QT}/plugins/imageformats/libqwebp.so",
        f"{QT}/plugins/wayland-shell-integration/libxdg-shell.so",
        f"{QT}/plugins/xcbglintegrations/libqxcb-glx-integration.so",
        f"{QT}/translations/qtbase_ar.qm",
        f"{QT}/lib/libQt6Quick.so.6",
        f"{QT}/lib/libQt6Qml.so.6",
        f"{QT}/lib/libQt6OpenGL.so.6",
        "resources/icons/app.svg",
        "resources/models.json",
        "numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so",
        "libpulse.so.0",
    ],
)
def test_what_the_window_uses_is_wanted(name: str) -> None:
    assert is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        f"{QT}/plugins/platforms/libqeglfs.so",
        f"{QT}/plugins/platforms/libqvnc.so",
        f"{QT}/plugins/platformthemes/libqgtk3.so",
        f"{QT}/plugins/qmltooling/libqmldbg_tcp.so",
        f"{QT}/plugins/sqldrivers/libqsqlite.so",
        f"{QT}/plugins/imageformats/libqpdf.so",
        f"{QT}/plugins/tls/libqopensslbackend.so",
        f"{QT}/lib/libQt6Quick3D.so.6",
        f"{QT}/lib/libQt6QuickControls2.so.6",
        f"{QT}/lib/libQt6Pdf.so.6",
        f"{QT}/lib/libQt6EglFsKmsSupport.so.6",
        f"{QT}/lib/libQt6LabsAnimation.so.6",
        f"{QT}/qml/QtQuick/qmldir",
        f"{QT}/translations/qtbase_de.qm",
        f"{QT}/translations/designer_ar.qm",
        "resources/screenshots/chat.png",
        "libstdc++.so.6",
        "libX11.so.6",
    ],
)
def test_what_is_of_no_use_is_left_out(name: str) -> None:
    assert not is_wanted(name)


def test_no_module_of_the_program_is_left_out() -> None:
    """What is excluded is not imported anywhere in it."""
    excluded = set(EXCLUDED_MODULES)
    for path in (ROOT / "workbench").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = []
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                imported = [node.module or ""]
            assert not excluded & set(imported), path


def test_a_library_that_nothing_is_linked_to_any_more_goes() -> None:
    needs = {
        "re2/_re2.so": ["libre.so.1", "libc.so.6"],
        "libre.so.1": ["libdeep.so.2"],
        "libdeep.so.2": [],
        "libgtk-3.so.0": ["libpango.so.0"],  # its plugin has been left out
        "libpango.so.0": [],
        f"{QT}/lib/libQt6Sensors.so.6": [],
    }
    assert unreached(needs) == {"libgtk-3.so.0", "libpango.so.0", f"{QT}/lib/libQt6Sensors.so.6"}


def test_a_library_that_is_opened_by_name_stays() -> None:
    assert not unreached({"libpython3.11.so.1.0": [], f"{QT}/lib/libQt6FFmpegStub-va.so.2": []})
