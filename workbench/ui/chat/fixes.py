"""What helps against a failed answer: the one thing its button does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workbench.domain.errors import MENDED_BY_THE_CONNECTION, Failure
from workbench.domain.trouble import Trouble


class FixKind(StrEnum):
    RETRY = "retry"
    USE_MODEL = "use-model"
    CHOOSE_MODEL = "choose-model"
    OPEN_CONNECTION = "open-connection"
    RUN_DOCTOR = "run-doctor"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Fix:
    """model: the one to use instead, for USE_MODEL."""

    kind: FixKind
    model: str = ""


_KINDS = {
    Failure.MODEL_RETIRED: FixKind.CHOOSE_MODEL,
    Failure.MODEL_NOT_FOUND: FixKind.CHOOSE_MODEL,
    Failure.MODEL_PAID_ONLY: FixKind.CHOOSE_MODEL,
    Failure.LICENCE: FixKind.CHOOSE_MODEL,
    **dict.fromkeys(MENDED_BY_THE_CONNECTION, FixKind.OPEN_CONNECTION),
    Failure.DNS: FixKind.RUN_DOCTOR,
    Failure.CONNECT: FixKind.RUN_DOCTOR,
    Failure.TLS: FixKind.RUN_DOCTOR,
    Failure.PROTOCOL: FixKind.RUN_DOCTOR,
    Failure.NOT_FOUND: FixKind.RUN_DOCTOR,
    Failure.TIMEOUT: FixKind.RUN_DOCTOR,
}


def fix_of(trouble: Trouble, replacement: str = "") -> Fix:
    """Beyond asking again, which every failed answer offers: RETRY only where nothing else is known to help.

    replacement: what the catalogue has instead of the model that was asked, where the failure does not say.
    """
    kind = _KINDS.get(Failure(trouble.failure)) if trouble.failure in set(Failure) else None
    instead = trouble.replacement or (replacement if kind is FixKind.CHOOSE_MODEL else "")
    if instead:
        return Fix(FixKind.USE_MODEL, instead)
    if kind is not None:
        return Fix(kind)
    return Fix(FixKind.RETRY if trouble.retryable else FixKind.NONE)
