"""packaging/macos: what macOS is told of the application, as plistlib reads it."""

from __future__ import annotations

import plistlib
import re

import names
import pytest
from desktop.opens import FILE_TYPES, SCHEME
from macos.properties import BUNDLE_ID, ENTITLEMENTS, LANGUAGES, properties

from workbench.app import APP_ID

REVERSED = re.compile(r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)+")


@pytest.fixture
def told() -> dict[str, object]:
    """As it is written and read again."""
    read: dict[str, object] = plistlib.loads(plistlib.dumps(properties()))
    return read


def test_it_says_why_the_microphone_is_wanted_and_what_it_needs(told: dict[str, object]) -> None:
    assert "Speech" in str(told["NSMicrophoneUsageDescription"])
    assert re.fullmatch(r"\d+\.\d+", str(told["LSMinimumSystemVersion"]))
    assert told["LSBackgroundOnly"] is False


def test_its_version_and_name_are_those_of_the_program(told: dict[str, object]) -> None:
    assert told["CFBundleShortVersionString"] == told["CFBundleVersion"] == names.version()
    assert told["CFBundleExecutable"] == names.NAME
    assert BUNDLE_ID.replace("-", "_") == APP_ID.replace("-", "_")
    assert REVERSED.fullmatch(BUNDLE_ID)


def test_links_and_files_are_those_of_the_program(told: dict[str, object]) -> None:
    assert [one["CFBundleURLSchemes"] for one in told["CFBundleURLTypes"]] == [[SCHEME]]  # type: ignore[attr-defined]
    declared = {one["UTTypeIdentifier"]: one for one in told["UTExportedTypeDeclarations"]}  # type: ignore[attr-defined]
    opened = {one["LSItemContentTypes"][0]: one["LSHandlerRank"] for one in told["CFBundleDocumentTypes"]}  # type: ignore[attr-defined]
    assert opened == {**dict.fromkeys(declared, "Owner"), "public.json": "Alternate"}
    assert all(REVERSED.fullmatch(name) for name in declared)
    tags = [one["UTTypeTagSpecification"] for one in declared.values()]
    assert [tag["public.filename-extension"] for tag in tags] == [[kind.ending] for kind in FILE_TYPES]
    assert [tag["public.mime-type"] for tag in tags] == [[kind.mime] for kind in FILE_TYPES]
    assert all(one["UTTypeConformsTo"] == ["public.json"] for one in declared.values())


def test_it_speaks_the_languages_that_its_files_are_named_in(told: dict[str, object]) -> None:
    assert told["CFBundleLocalizations"] == list(LANGUAGES)
    assert all(set(kind.words) == set(LANGUAGES) for kind in FILE_TYPES)


def test_it_may_hear_and_reach_the_network_and_load_another_qt() -> None:
    allowed = plistlib.loads(ENTITLEMENTS.read_bytes())
    assert set(allowed) == {
        "com.apple.security.device.audio-input",
        "com.apple.security.network.client",
        "com.apple.security.network.server",
        "com.apple.security.cs.allow-unsigned-executable-memory",
        "com.apple.security.cs.disable-library-validation",
    }
    assert all(value is True for value in allowed.values())
