"""A gateway in a thread, and a client that shows what really came over the wire."""

from __future__ import annotations

import http.client
import json
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.domain.gateway import Upstream
from workbench.domain.secret import Secret
from workbench.gateway.server import GatewayConfig, serve

TOKEN = "canary-access-token-7f3a"
BEARER = {"authorization": f"Bearer {TOKEN}"}
V1 = "/client/v4/accounts/acc/ai/v1/chat/completions"
RUN = "/client/v4/accounts/acc/ai/run/"
COMPAT = "/v1/acc/default/compat/chat/completions"
LEGACY = "@cf/meta/llama-3.2-3b-instruct"
NEWER = "@cf/zai-org/glm-5.2"
PLAIN = "@cf/ibm-granite/granite-4.0-h-micro"
FAST = {"x-sandbox": "pace=max"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def frames(self) -> list[Any]:
        """The JSON of each frame but the last, which must be `[DONE]`."""
        data = self.data
        assert data[-1] == "[DONE]", data[-1:]
        return [json.loads(text) for text in data[:-1]]

    @property
    def data(self) -> list[str]:
        lines = self.body.decode().split("\n")
        return [line.removeprefix("data: ") for line in lines if line.startswith("data:")]


@dataclass(frozen=True)
class Wire:
    address: str
    token: str = TOKEN

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        token: bool = True,
    ) -> Answer:
        """One request on a connection of its own; a dict is sent as JSON."""
        sent = body if body is None or isinstance(body, bytes | str) else json.dumps(body)
        given = {**({"authorization": f"Bearer {self.token}"} if token else {}), **(headers or {})}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(method, path, sent, given)
            reply = connection.getresponse()
            return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())

    def chat(
        self,
        prompt: str = "Explain route graphs",
        *,
        model: str = PLAIN,
        path: str = V1,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Answer:
        body = {"model": model, "messages": [{"role": "user", "content": prompt}], **more}
        return self.ask("POST", path, body, {**FAST, **(headers or {})})

    @contextmanager
    def open(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        """A reply that is still coming."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            sent = None if body is None else json.dumps(body)
            connection.request(
                method, path, sent, {"authorization": f"Bearer {self.token}", **(headers or {})}
            )
            yield connection.getresponse()

    def stop(self) -> None:
        """A lease that was just given up may be noticed a moment later. One that was stopped before is let be."""
        try:
            while not self.ask("POST", "/workbench/release").json["exits"]:
                time.sleep(0.02)
        except ConnectionError:
            pass


@contextmanager
def running(
    folder: Path, *, upstream: Upstream | None = None, leased: bool = False, token: str = TOKEN
) -> Iterator[Wire]:
    """A gateway on a free port, stopped through its own door."""
    told: queue.Queue[str | BaseException] = queue.Queue()

    def work() -> None:
        try:
            serve(
                GatewayConfig(
                    token=Secret(token),
                    data_dir=folder,
                    port=0,
                    leased=leased,
                    upstream=upstream or Upstream(),
                    on_listening=told.put,
                )
            )
        except BaseException as error:  # noqa: BLE001  told to the test instead of to the thread's hook
            told.put(error)

    thread = threading.Thread(target=work, name="gateway")
    thread.start()
    first = told.get(timeout=20)
    assert isinstance(first, str), first
    wire = Wire(first, token)
    try:
        yield wire
    finally:
        if thread.is_alive():
            wire.stop()
        thread.join(10)
        assert not thread.is_alive(), "the gateway did not stop"
        assert told.empty(), told.get_nowait()
