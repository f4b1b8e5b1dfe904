"""The form's contents as they are kept in the settings from one run to the next."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from workbench.domain.images.settings import Draft

DEFAULT_MODEL = "@cf/black-forest-labs/flux-1-schnell"
DEFAULT = Draft(models=(DEFAULT_MODEL,))
MOST_PICTURES = 100
"""Of each prompt and model."""


def written(draft: Draft) -> str:
    return msgspec.json.encode(draft).decode()


def read(text: str) -> Draft:
    """What `written` wrote; the default for anything else, such as what a later version may have kept."""
    if not text:
        return DEFAULT
    try:
        draft = msgspec.json.decode(text, type=Draft)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return DEFAULT
    return replace(draft, count=min(MOST_PICTURES, max(1, draft.count)))
