"""A failure in plain values, as it is stored and shown."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.errors import MENDED_BY_THE_CONNECTION, RequestFailed, WorkbenchError


@dataclass(frozen=True, slots=True)
class Trouble:
    """WorkbenchError as it is stored with what failed, a message or a picture. replacement: see RequestFailed."""

    what: str
    why: str = ""
    fix: str = ""
    failure: str = ""
    maker: str = ""
    status: int | None = None
    code: int | None = None
    retryable: bool = False
    retry_after_s: float | None = None
    replacement: str = ""

    @property
    def mended_by_connection(self) -> bool:
        return self.failure in MENDED_BY_THE_CONNECTION

    @classmethod
    def of(cls, error: WorkbenchError) -> Trouble:
        if isinstance(error, RequestFailed):
            return cls(
                error.what,
                error.why,
                error.fix,
                error.failure,
                error.maker,
                error.status,
                error.code,
                error.retryable,
                error.retry_after_s,
                error.replacement,
            )
        return cls(error.what, error.why, error.fix, retryable=error.retryable)
