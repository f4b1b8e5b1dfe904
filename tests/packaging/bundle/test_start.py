"""packaging/bundle/start.py: the frozen program leaves other programs their own libraries."""

from __future__ import annotations

import os

import pytest
from bundle.start import be_no_parent, find_certificates, leave_no_trace

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


def test_what_it_starts_of_itself_finds_its_libraries_anew() -> None:
    environ = {"_PYI_ARCHIVE_FILE": f"{BUNDLE}/../workbench"}
    be_no_parent(environ)
    assert environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"  # as the freezer's manual names it


posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps certificates in a store of its own")


@posix
def test_the_certificates_of_the_system_are_found_wherever_it_keeps_them() -> None:
    environ: dict[str, str] = {}
    find_certificates(environ, BUNDLE, lambda path: path == "/etc/pki/tls/certs/ca-bundle.crt")
    assert environ == {"SSL_CERT_FILE": "/etc/pki/tls/certs/ca-bundle.crt"}


@posix
def test_without_any_those_of_the_bundle_count() -> None:
    environ: dict[str, str] = {}
    find_certificates(environ, BUNDLE, lambda path: False)
    assert environ == {"SSL_CERT_FILE": f"{BUNDLE}/certifi/cacert.pem"}


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_the_users_own_choice_of_certificates_stands(name: str) -> None:
    environ = {name: "/home/me/company"}
    find_certificates(environ, BUNDLE, lambda path: True)
    assert environ == {name: "/home/me/company"}
