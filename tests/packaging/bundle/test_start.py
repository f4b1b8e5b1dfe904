"""packaging/bundle/start.py: the frozen program leaves other programs their own libraries."""

from __future__ import annotations

from bundle.start import leave_no_trace

BUNDLE = "/opt/ai-workbench/_internal"


def test_programs_that_it_starts_do_not_load_its_libraries() -> None:
    environ = {
        "LD_LIBRARY_PATH": BUNDLE,
        "QT_PLUGIN_PATH": f"{BUNDLE}/PySide6/Qt/plugins",
        "QML2_IMPORT_PATH": f"{BUNDLE}/PySide6/Qt/qml",
        "PATH": "/usr/bin",
    }
    leave_no_trace(environ, BUNDLE)
    assert environ == {"PATH": "/usr/bin"}


def test_what_the_user_had_set_is_set_again() -> None:
    environ = {"LD_LIBRARY_PATH": f"{BUNDLE}:/opt/lib", "LD_LIBRARY_PATH_ORIG": "/opt/lib"}
    leave_no_trace(environ, BUNDLE)
    assert environ == {"LD_LIBRARY_PATH": "/opt/lib"}


def test_what_is_not_the_bundles_is_left_alone() -> None:
    environ = {"LD_LIBRARY_PATH": "/opt/lib", "QT_PLUGIN_PATH": "/opt/plugins"}
    leave_no_trace(environ, BUNDLE)
    assert environ == {"LD_LIBRARY_PATH": "/opt/lib", "QT_PLUGIN_PATH": "/opt/plugins"}
