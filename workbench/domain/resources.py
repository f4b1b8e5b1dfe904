"""Where the data files that ship with the program are: icons, the model list, translations."""

from __future__ import annotations

import sys
from pathlib import Path


def resource(name: str) -> Path:
    """Path of `resources/{name}`, in a checkout and in a frozen bundle alike; whether it exists is for the caller to see."""
    bundle = getattr(sys, "_MEIPASS", None)
    root = Path(bundle) if bundle else Path(__file__).parents[2]
    return root / "resources" / name
