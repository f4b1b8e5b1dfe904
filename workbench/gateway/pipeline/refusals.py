"""What the gateway itself says when it lets a request go no further, in the documented envelopes (ai-gateway §3.3)."""

from __future__ import annotations

import math

from workbench.domain.gateways import ProviderConfig
from workbench.domain.routes.elements import Technique
from workbench.gateway.pipeline.spend import Overspent
from workbench.gateway.protocol import Family
from workbench.gateway.replies import Reply, error_reply, json_reply
from workbench.routing.attempts import Standing

NO_GATEWAY = 2001
RATE_LIMITED = 2003
BAD_OPTION = 7001


def no_gateway(family: Family, gateway: str) -> Reply:
    message = f"There is no gateway “{gateway[:64]}”: create it first, or use “default”"
    return error_reply(family, 400, NO_GATEWAY, message)


def bad_option(family: Family, message: str) -> Reply:
    return error_reply(family, 400, BAD_OPTION, message)


def gateway_limited(
    family: Family, gateway: str, window_s: int, technique: Technique, standing: Standing
) -> Reply:
    return _limited(family, f"the gateway “{gateway}” takes", window_s, technique, standing)


def key_limited(
    family: Family, config: ProviderConfig, window_s: int, technique: Technique, standing: Standing
) -> Reply:
    what = f"the stored key “{config.alias}” of {config.provider_slug} takes"
    return _limited(family, what, window_s, technique, standing)


def overspent(over: Overspent) -> Reply:
    """Envelope B; it is the same on both families (inferred)."""
    standing = over.standing
    error = {
        "message": "Spending limit exceeded",
        "bucket": over.bucket,
        "spent": round(standing.used, 6),
        "limit": standing.limit,
    }
    return json_reply(429, {"success": False, "error": error}, [_retry_after(standing)])


def overspent_words(over: Overspent) -> str:
    return f"The spend rule “{over.bucket}” is used up: {over.standing.used:g} of {over.standing.limit:g} US dollars."


def _limited(family: Family, who: str, window_s: int, technique: Technique, standing: Standing) -> Reply:
    message = (
        f"Rate limit exceeded: {who} {standing.limit:g} requests in {window_s} seconds ({technique.value} window);"
        f" there is room again in {_seconds(standing)} seconds"
    )
    return error_reply(family, 429, RATE_LIMITED, message, [_retry_after(standing)])


def _retry_after(standing: Standing) -> tuple[bytes, bytes]:
    return b"retry-after", str(_seconds(standing)).encode()


def _seconds(standing: Standing) -> int:
    return max(1, math.ceil(standing.resets_in_s))
