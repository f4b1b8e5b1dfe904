"""What the gateway adds to a request, against the least a gateway in Python can do.

    python -m benchmarks.gateway

A mock provider answers with 1 KB of JSON or a stream of 200 events. The gateway (unified address, journal on, sandbox off)
and a bare pass-through take turns on one core; clients and provider have the other. Medians of the rounds, so that what else
the machine does meets both. LiteLLM and Portkey join in, at 64 clients, where they are installed; what is missing is named:

    python -m venv /tmp/litellm && /tmp/litellm/bin/pip install 'litellm[proxy]'
    npm install --prefix /tmp/portkey @portkey-ai/gateway
    LITELLM=/tmp/litellm/bin/litellm PORTKEY=/tmp/portkey/node_modules/@portkey-ai/gateway python -m benchmarks.gateway

Without LITELLM, a `litellm` on PATH is taken. Portkey needs `node` on PATH.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import _load
from benchmarks._servers import CLIENT_CORE, GATEWAY_CORE, TOKEN, Server, gateway, mock, passthrough, pin
from benchmarks.harness import Row, percentile, show

RIVAL_STARTS_S = 120.0
ROUNDS = 5
SECONDS = 2.0
PATH = "/v1/local/default/compat/chat/completions"
_MESSAGES = [{"role": "user", "content": "Which branch would this request take, and why? " * 4}]


@dataclass
class Candidate:
    """sent: makes the bytes of one request, streaming or not."""

    name: str
    server: Server
    sent: Callable[[bool], bytes]
    rates: dict[int, list[float]] = field(default_factory=dict)
    cpu_ms: dict[int, list[float]] = field(default_factory=dict)
    p50_ms: list[float] = field(default_factory=list)
    events: list[float] = field(default_factory=list)

    def loaded(self, clients: int) -> None:
        before = self.server.cpu_s()
        load = _load.run(self.server.port, self.sent(False), clients=clients, seconds=SECONDS)
        self._check(load)
        self.rates.setdefault(clients, []).append(load.per_second)
        used = (self.server.cpu_s() - before) * 1000 / len(load.latencies)
        self.cpu_ms.setdefault(clients, []).append(used)
        if clients == 1:
            self.p50_ms.append(percentile(load.latencies, 0.5) * 1000)

    def streamed(self) -> None:
        load = _load.run(self.server.port, self.sent(True), clients=16, seconds=SECONDS)
        self._check(load)
        self.events.append(load.events_per_second)

    def _check(self, load: _load.Load) -> None:
        if load.failed or not load.latencies:
            raise RuntimeError(f"{self.name}: {load.failed} requests failed")


def main() -> int:
    pin(CLIENT_CORE)
    with ExitStack() as stack:
        upstream = stack.enter_context(mock())
        ours = Candidate("gateway", stack.enter_context(gateway(upstream)), _request(PATH, "openai/bench"))
        bare = Candidate("pass-through", stack.enter_context(passthrough(upstream)), _request("/", "bench"))
        direct = Candidate("no gateway", upstream, _request("/v1/chat/completions", "bench"))
        for candidate in (ours, bare):
            candidate.loaded(16)
            candidate.rates.clear()
            candidate.cpu_ms.clear()
        for _ in range(ROUNDS):
            for clients in (1, 16, 64):
                for candidate in (ours, bare):
                    candidate.loaded(clients)
            direct.loaded(1)
            for candidate in (ours, bare):
                candidate.streamed()
        pairs = []
        for name, command, port, health, sent in _rivals(upstream, stack):
            with _rival(name, command, port, health) as server:
                pair = Candidate("gateway", ours.server, ours.sent), Candidate(name, server, sent)
                for candidate in pair * ROUNDS:
                    candidate.loaded(64)
                pairs.append(pair)
        return show("gateway", _rows(ours, bare, direct, pairs))


def _rows(
    ours: Candidate, bare: Candidate, direct: Candidate, pairs: list[tuple[Candidate, Candidate]]
) -> list[Row]:
    """pairs: this gateway and a rival, measured in turns."""
    rows = []
    for clients in (1, 16, 64):
        rate, reference = _median(ours.rates[clients]), _median(bare.rates[clients])
        rows.append(Row(f"requests/s, {clients} clients", rate, "/s", 0.7, reference, True, at_least=True))
    for clients in (16, 64):
        used, reference = _median(ours.cpu_ms[clients]), _median(bare.cpu_ms[clients])
        rows.append(Row(f"CPU a request, {clients} clients", used, "ms", 1 / 0.7, reference, relative=True))
    floor = _median(direct.p50_ms)
    added, reference = _median(ours.p50_ms) - floor, _median(bare.p50_ms) - floor
    rows.append(Row("added p50, 1 client", added, "ms", 1.5, reference, relative=True))
    rows.append(
        Row(
            "stream events/s, 16 clients",
            _median(ours.events),
            "/s",
            0.8,
            _median(bare.events),
            True,
            at_least=True,
        )
    )
    for beside, rival in pairs:
        rate, reference = _median(beside.rates[64]), _median(rival.rates[64])
        target = 40 if rival.name == "LiteLLM" else 5
        rows.append(
            Row(f"against {rival.name}, 64 clients", rate, "/s", target, reference, True, at_least=True)
        )
    return rows


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _request(path: str, model: str, **headers: str) -> Callable[[bool], bytes]:
    def sent(stream: bool) -> bytes:
        body = json.dumps(
            {"model": model, "messages": _MESSAGES, **({"stream": True} if stream else {})}
        ).encode()
        plain = _load.request(path, body, TOKEN)
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()).encode()
        return plain.replace(b"content-length:", more + b"content-length:", 1)

    return sent


Rival = tuple[str, list[str], int, str, Callable[[bool], bytes]]
"""Its name, how it is started, its port, the path that answers when it is ready, and what it is asked."""


def _rivals(upstream: Server, stack: ExitStack) -> Iterator[Rival]:
    """Those that are installed here; of the others it is said that they are not."""
    if litellm := os.environ.get("LITELLM") or shutil.which("litellm"):
        config = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "config.yaml"
        config.write_text(
            "model_list:\n  - model_name: bench\n    litellm_params:\n      model: openai/bench\n"
            f"      api_base: http://127.0.0.1:{upstream.port}/v1\n      api_key: none\n",
            encoding="utf-8",
        )
        port = _free_port()
        command = [litellm, "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
        yield "LiteLLM", command, port, "/health/liveliness", _request("/v1/chat/completions", "bench")
    else:
        print("LiteLLM is not installed here and not measured: LITELLM is not set and `litellm` not on PATH.")
    folder, node = os.environ.get("PORTKEY"), shutil.which("node")
    if folder and node:
        port = _free_port()
        command = [node, f"{folder}/build/start-server.js", f"--port={port}", "--headless"]
        address = f"http://127.0.0.1:{upstream.port}/v1"
        sent = _request(
            "/v1/chat/completions", "bench", x_portkey_provider="openai", x_portkey_custom_host=address
        )
        yield "Portkey", command, port, "/", sent
    else:
        print("Portkey is not installed here and not measured: PORTKEY is not set, or `node` not on PATH.")


@contextmanager
def _rival(name: str, command: list[str], port: int, health: str) -> Iterator[Server]:
    # LiteLLM does not start without a key of its own, and would look for today's prices in the net first.
    environment = {**os.environ, "LITELLM_MASTER_KEY": TOKEN, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        pin(GATEWAY_CORE, process.pid)
        end = time.monotonic() + RIVAL_STARTS_S
        while not _answers(f"http://127.0.0.1:{port}{health}"):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} did not start: {' '.join(command)}")
            time.sleep(0.5)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
