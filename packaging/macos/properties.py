"""Info.plist: what macOS is told of the application, besides its name, version and icon."""

from __future__ import annotations

from pathlib import Path

import names
from desktop.opens import FILE_TYPES, SCHEME, FileType

APP = f"{names.TITLE}.app"
BUNDLE_ID = names.APP_ID.replace("_", "-")
"""macOS allows no underscore in it."""
OLDEST = "14.0"
"""Of macOS: what the wheels of Qt are built for."""
ENTITLEMENTS = Path(__file__).with_name("entitlements.plist")
LANGUAGES = ("en", "ar", "ru")
MICROPHONE = "AI Workbench records what you say only while you record in the Speech page, and sends it to the model you chose."

ANY_JSON = {
    "CFBundleTypeName": "JSON",
    "CFBundleTypeRole": "Editor",
    "LSHandlerRank": "Alternate",
    "LSItemContentTypes": ["public.json"],
}
"""Belongs to any editor: among those this one is offered, also where macOS looks at the last ending only."""


def properties() -> dict[str, object]:
    return {
        "CFBundleDisplayName": names.TITLE,
        "CFBundleExecutable": names.NAME,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": list(LANGUAGES),
        "CFBundleShortVersionString": names.version(),
        "CFBundleVersion": names.version(),
        "CFBundleURLTypes": [
            {"CFBundleURLName": BUNDLE_ID, "CFBundleTypeRole": "Editor", "CFBundleURLSchemes": [SCHEME]}
        ],
        "CFBundleDocumentTypes": [*map(_document, FILE_TYPES), ANY_JSON],
        "UTExportedTypeDeclarations": [_declaration(kind) for kind in FILE_TYPES],
        "LSApplicationCategoryType": "public.app-category.developer-tools",
        "LSBackgroundOnly": False,  # the command in it would have it run without a window
        "LSMinimumSystemVersion": OLDEST,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": names.COPYRIGHT,
        "NSMicrophoneUsageDescription": MICROPHONE,
        "NSSupportsAutomaticGraphicsSwitching": True,
    }


def identifier(kind: FileType) -> str:
    """Of macOS's own kind, a UTI."""
    return f"{BUNDLE_ID}.{kind.name.lower()}"


def _document(kind: FileType) -> dict[str, object]:
    return {
        "CFBundleTypeName": kind.words["en"],
        "CFBundleTypeRole": "Editor",
        "LSHandlerRank": "Owner",
        "LSItemContentTypes": [identifier(kind)],
    }


def _declaration(kind: FileType) -> dict[str, object]:
    return {
        "UTTypeIdentifier": identifier(kind),
        "UTTypeDescription": kind.words["en"],
        "UTTypeConformsTo": ["public.json"],
        "UTTypeTagSpecification": {
            "public.filename-extension": [kind.ending],
            "public.mime-type": [kind.mime],
        },
    }
