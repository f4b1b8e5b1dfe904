"""Whether a target can be asked at all, and what a failed call says about it."""

from __future__ import annotations

from workbench.domain.errors import Failure, Maker, RequestFailed, WorkbenchError
from workbench.domain.targets import Connection, Reach


def lacking(connection: Connection) -> RequestFailed | None:
    """What is missing before any call can be made; None when nothing is."""
    target, can = connection.target, connection.target.can
    name = f"“{target.name}”"
    if can.cloudflare_api and not target.account:
        return _not_configured(
            f"{name} has no account id.",
            "Cloudflare's addresses contain it.",
            "Enter it in the connection: 32 letters and digits, from the dashboard.",
        )
    if not can.cloudflare_api and not target.base_url:
        return _not_configured(
            f"{name} has no address.",
            "An OpenAI-compatible server is asked at its base address.",
            "Enter it in the connection, for example http://127.0.0.1:11434/v1.",
        )
    credentials = connection.credentials
    if can.needs_token and not (
        credentials.api_token or credentials.gateway_token
    ):  # either may serve as both
        return _not_configured(
            f"{name} has no API token.",
            "It was never entered, or the keychain did not keep it.",
            "Enter a token with the permissions “Workers AI – Read” and “Workers AI – Edit”.",
        )
    return None


def _not_configured(what: str, why: str, fix: str) -> RequestFailed:
    return RequestFailed(what, failure=Failure.NOT_CONFIGURED, maker=Maker.WORKBENCH, why=why, fix=fix)


_UNAUTHORISED = frozenset(
    {Failure.NOT_CONFIGURED, Failure.UNAUTHORIZED, Failure.FORBIDDEN, Failure.PAYMENT, Failure.LICENCE}
)
_IN_ORDER = frozenset(
    {Failure.RATE_LIMITED, Failure.OUT_OF_NEURONS, Failure.NO_CAPACITY, Failure.SPEND_LIMIT}
)


def reach_of(error: WorkbenchError) -> Reach:
    """A refusal for want of quota came from somebody who knew us: that target is ready, and says what is the matter."""
    if not isinstance(error, RequestFailed):
        return Reach.UNREACHABLE
    if error.failure in _UNAUTHORISED:
        return Reach.UNAUTHORISED
    return Reach.READY if error.failure in _IN_ORDER else Reach.UNREACHABLE
