"""What is said of the user's data."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from workbench.ui.support.figures import size

_translate = QCoreApplication.translate


def place(kind: str) -> str:
    """services.data.desk.Kind."""
    return {
        "data": _translate("YourData", "Conversations, pictures, recordings, routes"),
        "settings": _translate("YourData", "Settings"),
        "logs": _translate("YourData", "Logs"),
        "backups": _translate("YourData", "Moved aside earlier"),
    }[kind]


def contents(counts: Mapping[str, int], bytes: int) -> str:
    """In one line: how much of what there is. What there is none of is left out."""
    words = {
        "connections": _translate("YourData", "Connections: %n", None, counts.get("connections", 0)),
        "conversations": _translate("YourData", "Conversations: %n", None, counts.get("conversations", 0)),
        "pictures": _translate("YourData", "Pictures: %n", None, counts.get("pictures", 0)),
        "recordings": _translate("YourData", "Recordings: %n", None, counts.get("recordings", 0)),
        "spoken": _translate("YourData", "Spoken texts: %n", None, counts.get("spoken", 0)),
        "route_drafts": _translate("YourData", "Open routes: %n", None, counts.get("route_drafts", 0)),
        "text_sets": _translate("YourData", "Sets of texts: %n", None, counts.get("text_sets", 0)),
        "deployed_routes": _translate(
            "YourData", "Deployed routes: %n", None, counts.get("deployed_routes", 0)
        ),
        "logged_requests": _translate(
            "YourData", "Logged requests: %n", None, counts.get("logged_requests", 0)
        ),
    }
    return " · ".join([*(text for name, text in words.items() if counts.get(name)), size(bytes)])


def elsewhere(counts: Mapping[str, int]) -> str:
    """Of recordings that were only listed, "" for none."""
    number = counts.get("recordings_elsewhere", 0)
    if not number:
        return ""
    return _translate(
        "YourData", "Recordings that stay in folders of your own, and are not in it: %n", None, number
    )


def left_out(number: int) -> str:
    return _translate("YourData", "Could not be taken along: %n", None, number) if number else ""
