"""A request into calls: whose model it names, at which of the provider's endpoints, in which shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.gateway.calls import Call
from workbench.gateway.protocol import Inference


@dataclass(frozen=True, slots=True)
class Leg:
    """One thing to try. route: the name of `dynamic/{name}`, "" for a direct call.

    call: what to ask. With a route it is the pattern of what its model elements ask: provider "" and the unified body. Its
    headers already hold the precedence of ai-gateway §1.4: a universal leg's own `headers` over its `config` (told as the
    `cf-aig-*` headers that mean the same) over the request's. body: the JSON body as parsed, None where it is not an object.
    """

    call: Call
    route: str = ""
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request asks for: legs in order, the first that succeeds answers. universal: the answer tells its step."""

    legs: tuple[Leg, ...]
    universal: bool = False


def calls_of(inference: Inference) -> Plan:
    """Raises BadBody where the body is not what the door takes, NotNamed where its model cannot be called there."""
    raise NotImplementedError
