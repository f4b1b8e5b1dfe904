"""Expected failures: what happened, why, and what to do. Bugs are everything else.

WorkbenchError
├── InvalidInput     something the user typed or imported; nothing was changed
│   └── InvalidFields  several fields of a form at once
├── StorageFailed    disk, database, settings file
│   └── DataDamaged    a database that cannot be read as a whole; it may be rescued
└── RequestFailed    a call to a model, a gateway or an API did not end well
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class WorkbenchError(Exception):
    """An expected failure, told in up to three sentences, each for the user.

    what: what happened. why: the cause, as far as it is known. fix: what to do about it.
    """

    def __init__(self, what: str, *, why: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix

    @property
    def retryable(self) -> bool:
        """True where the same request may succeed when it is simply sent again."""
        return False


class InvalidInput(WorkbenchError):
    """What the user gave cannot be used; `field` names the form field it belongs to, if any."""

    def __init__(self, what: str, *, field: str = "", why: str = "", fix: str = "") -> None:
        super().__init__(what, why=why, fix=fix)
        self.field = field


class InvalidFields(InvalidInput):
    """Whoever was asked names the fields it refuses; problems: a sentence by dotted path, such as "spend_limits.rules.0.limit"."""

    def __init__(self, problems: Mapping[str, str], *, what: str = "", why: str = "") -> None:
        super().__init__(what or " ".join(problems.values()), field=next(iter(problems), ""), why=why)
        self.problems = problems


class StorageFailed(WorkbenchError):
    """The disk, the database or a file did not do what was asked."""

    @property
    def retryable(self) -> bool:
        return True


class DataDamaged(StorageFailed):
    """path: the database that cannot be read as a whole."""

    def __init__(self, what: str, *, path: str, why: str = "", fix: str = "") -> None:
        super().__init__(what, why=why, fix=fix)
        self.path = path


class Maker(StrEnum):
    """Who made an error reply; a 401 of the gateway and one of the provider want different fixes."""

    WORKBENCH = "workbench"
    NETWORK = "network"
    GATEWAY = "gateway"
    WORKERS_AI = "workers-ai"
    PROVIDER = "provider"


class Failure(StrEnum):
    """The kinds of failed request that some caller treats differently."""

    NOT_CONFIGURED = "not-configured"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    CUT = "cut"
    PROTOCOL = "protocol"
    BAD_REQUEST = "bad-request"
    UNAUTHORIZED = "unauthorized"
    PAYMENT = "payment"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    GATEWAY_NOT_FOUND = "gateway-not-found"
    MODEL_NOT_FOUND = "model-not-found"
    MODEL_RETIRED = "model-retired"
    MODEL_PAID_ONLY = "model-paid-only"
    LICENCE = "licence"
    TOO_LARGE = "too-large"
    BLOCKED = "blocked"
    OUT_OF_NEURONS = "out-of-neurons"
    RATE_LIMITED = "rate-limited"
    SPEND_LIMIT = "spend-limit"
    NO_CAPACITY = "no-capacity"
    SERVER = "server"


MENDED_BY_THE_CONNECTION = frozenset(
    {Failure.NOT_CONFIGURED, Failure.UNAUTHORIZED, Failure.FORBIDDEN, Failure.GATEWAY_NOT_FOUND}
)
"""Another token, account or gateway is needed: asking again does not help."""

_RETRYABLE = frozenset(
    {
        Failure.DNS,
        Failure.CONNECT,
        Failure.TIMEOUT,
        Failure.CUT,
        Failure.RATE_LIMITED,
        Failure.NO_CAPACITY,
        Failure.SERVER,
    }
)


class RequestFailed(WorkbenchError):
    """A call did not end well.

    status: HTTP status, None when no reply came. code: the maker's own number (workers-ai §15, ai-gateway §3.3).
    retry_after_s: seconds the maker asked to wait. replacement: model to use instead of a retired one.
    """

    def __init__(
        self,
        what: str,
        *,
        failure: Failure,
        maker: Maker,
        why: str = "",
        fix: str = "",
        status: int | None = None,
        code: int | None = None,
        retry_after_s: float | None = None,
        replacement: str = "",
    ) -> None:
        super().__init__(what, why=why, fix=fix)
        self.failure = failure
        self.maker = maker
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s
        self.replacement = replacement

    @property
    def retryable(self) -> bool:
        return self.failure in _RETRYABLE

    def reworded(
        self,
        what: str = "",
        *,
        why: str = "",
        fix: str = "",
        failure: Failure | None = None,
        maker: Maker | None = None,
    ) -> RequestFailed:
        """The same failure in words that fit what was asked; what is not given stays as it is."""
        return RequestFailed(
            what or self.what,
            why=why or self.why,
            fix=fix or self.fix,
            failure=failure or self.failure,
            maker=maker or self.maker,
            status=self.status,
            code=self.code,
            retry_after_s=self.retry_after_s,
            replacement=self.replacement,
        )
