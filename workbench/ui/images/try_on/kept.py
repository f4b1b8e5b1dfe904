"""The page's contents as they are kept in the settings from one run to the next."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from workbench.domain.images.try_on import TryOnDraft, kept_description


def written(draft: TryOnDraft) -> str:
    return msgspec.json.encode(draft).decode()


def read(text: str) -> TryOnDraft:
    """What `written` wrote; an empty page for anything else, such as what a later version may have kept."""
    try:
        draft = msgspec.json.decode(text or "{}", type=TryOnDraft)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return TryOnDraft()
    return replace(draft, description=kept_description(draft.description))


def digests_in(text: str) -> tuple[str, ...]:
    """The stored pictures that a kept page holds."""
    draft = read(text)
    return tuple(digest for digest in (draft.person, draft.outfit) if digest)
