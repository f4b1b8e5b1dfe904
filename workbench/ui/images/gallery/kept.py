"""What the gallery shows, as it is kept in the settings from one run to the next."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from workbench.domain.images.gallery import GalleryFilter


def written(wanted: GalleryFilter) -> str:
    """Without words and days: what was searched for yesterday would only hide what is made today."""
    kept = replace(wanted, words="", since=None, until=None, batch_id="")
    return msgspec.json.encode(kept).decode() if kept != GalleryFilter() else ""


def read(text: str) -> GalleryFilter:
    """What `written` wrote; everything for anything else, such as what a later version may have kept."""
    try:
        return msgspec.json.decode(text or "{}", type=GalleryFilter)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return GalleryFilter()
