"""What a developer does with a gateway: sets it up through its API, asks models, looks at the rows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.gateway.pipeline.upstream import Upstream

if TYPE_CHECKING:
    from tests.gateway.wire import Answer, Wire

COMPAT = "/v1/acc/{gateway}/compat/chat/completions"
UNIVERSAL = "/v1/acc/{gateway}"
MANAGE = "/client/v4/accounts/acc/ai-gateway/"
TTL = {"cf-aig-cache-ttl": "600"}
PATIENCE_S = 10.0
PLAIN: dict[str, Any] = {
    "cache_invalidate_on_update": False,
    "cache_ttl": 0,
    "collect_logs": True,
    "rate_limiting_interval": 0,
    "rate_limiting_limit": 0,
}


@dataclass(frozen=True)
class Desk:
    wire: Wire
    upstream: Upstream

    def ask(
        self,
        prompt: str = "hello",
        *,
        model: str = "openai/gpt-4o",
        gateway: str = "default",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Answer:
        return self.wire.chat(
            prompt, model=model, path=COMPAT.format(gateway=gateway), headers=headers, **more
        )

    def universal(self, *legs: dict[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
        return self.wire.ask("POST", UNIVERSAL.format(gateway="default"), json.dumps(legs), headers)

    def manage(self, method: str, tail: str, body: Any = None) -> Any:
        """The API's result; fails the test where it refuses."""
        answer = self.wire.ask(method, MANAGE + tail, body)
        assert answer.status == 200, answer.body
        return answer.json.get("result")

    def set(self, **settings: Any) -> None:
        """The default gateway's settings; what is not named is as plain as can be."""
        self.manage("PUT", "gateways/default", {**PLAIN, **settings})

    def route(self, name: str, *elements: dict[str, Any]) -> None:
        self.manage("POST", "gateways/default/routes", {"name": name, "elements": elements})

    def row(self, answer: Answer) -> dict[str, Any]:
        """The row of an answer, as the logs API has it."""
        found: dict[str, Any] = self.manage("GET", f"gateways/default/logs/{answer.headers['cf-aig-log-id']}")
        return found

    def rows(self, gateway: str = "default") -> list[dict[str, Any]]:
        """Newest first."""
        found: list[dict[str, Any]] = self.manage("GET", f"gateways/{gateway}/logs?per_page=50")
        return found


def leg(
    model: str = "gpt-4o",
    *,
    provider: str = "openai",
    headers: Mapping[str, str] | None = None,
    **config: Any,
) -> dict[str, Any]:
    query = {"model": model, "messages": [{"role": "user", "content": "hello"}]}
    return {
        "provider": provider,
        "endpoint": "chat/completions",
        "headers": {"content-type": "application/json", **(headers or {})},
        "query": query,
        **({"config": config} if config else {}),
    }


def start(to: str) -> dict[str, Any]:
    return {"id": "s", "type": "start", "outputs": {"next": {"elementId": to}}}


def model(
    id: str, name: str, *, then: str = "e", otherwise: str = "e", provider: str = "openai", **more: Any
) -> dict[str, Any]:
    return {
        "id": id,
        "type": "model",
        "properties": {"provider": provider, "model": name, "timeout": 0, "retries": 0, **more},
        "outputs": {"success": {"elementId": then}, "fallback": {"elementId": otherwise}},
    }


END: dict[str, Any] = {"id": "e", "type": "end", "outputs": {}}


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)
