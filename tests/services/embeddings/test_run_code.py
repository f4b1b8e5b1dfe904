"""The code that is offered is run: against a server of one's own, or one that is made up."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from workbench.cli.arguments import parser
from workbench.domain.embeddings.requests import EmbeddingOptions
from workbench.domain.embeddings.runs import ModelChoice
from workbench.domain.errors import InvalidInput
from workbench.domain.exchange import Exchange, masked_headers
from workbench.services.embeddings.run_code import RunLanguage, run_code, run_command

M = ModelChoice("@cf/m")
ROWS = [
    {"id": "a", "text": "it's “one” $HOME \\ `x`"},
    {"id": "b", "text": " \n"},
    {"id": "c", "text": "שתיים\n2"},
    {"id": "d", "text": "three"},
]
SHAPES: dict[str, dict[str, Any]] = {
    "text": {"text": ["x", "y"], "pooling": "cls"},
    "queries": {"model": "m", "input": {"documents": ["x"]}},
    "openai": {"model": "m", "input": ["x"], "dimensions": 2},
}


class Server(ThreadingHTTPServer):
    """busy: answers that it is to be asked again, so many times first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.authorization: list[str] = []
        self.busy = 0


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["content-length"]))
        if self.server.busy:
            self.server.busy -= 1
            return self._answer(429, {}, ("retry-after", "0"))
        body = json.loads(data)
        self.server.asked.append(body)
        self.server.authorization.append(self.headers["authorization"])
        texts = body.get("text") or body["input"]
        if isinstance(texts, list) and "model" in body:
            rows = [{"index": place, "embedding": [len(text), 1]} for place, text in enumerate(texts)]
            return self._answer(200, {"data": rows[::-1]})
        texts = texts if isinstance(texts, list) else texts["documents"]
        return self._answer(200, {"result": {"data": [[len(text), 1] for text in texts]}, "success": True})

    def _answer(self, status: int, value: Any, *headers: tuple[str, str]) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, told in (
            *headers,
            ("content-type", "application/json"),
            ("content-length", str(len(data))),
        ):
            self.send_header(name, told)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as one:
        thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def record(body: Any, url: str = "https://example.com/embed") -> Exchange:
    headers = masked_headers(
        (("authorization", "Bearer canary-secret"), ("content-type", "application/json"))
    )
    return Exchange("e", 0, "POST", url, headers, json.dumps(body).encode())


def run_it(folder: Path, language: RunLanguage, code: str) -> None:
    """With the tools there are."""
    (folder / "texts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    if language is RunLanguage.PYTHON:
        command = [sys.executable, "code.py"]
    elif language is RunLanguage.CURL:
        command = ["bash", "code.sh"]
        if not all(map(shutil.which, ("bash", "curl", "jq"))):
            pytest.skip("bash, curl or jq is not there")
    else:
        command, code = ["node", "code.mjs"], without_types(code)
        if shutil.which("node") is None:
            pytest.skip("Node is not there")
    (folder / command[-1]).write_text(code, encoding="utf-8")
    environment = {"API_KEY": "k", "PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1", "NO_PROXY": "*"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def without_types(code: str) -> str:
    """Not every Node reads TypeScript."""
    for types in (": string[]", ": Promise<number[][]>", ": any"):
        assert types in code
        code = code.replace(types, "")
    return re.sub(r"(process\.env\.\w+)!", r"\1", code)


def written(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "vectors.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("language", [RunLanguage.PYTHON, RunLanguage.TYPESCRIPT, RunLanguage.CURL])
def test_the_code_embeds_other_texts_with_the_same_request(
    tmp_path: Path, server: Server, language: RunLanguage, shape: str
) -> None:
    body = SHAPES[shape]
    sent = record(body, f"http://127.0.0.1:{server.server_port}/other")
    server.busy = 0 if language is RunLanguage.CURL else 1
    run_it(tmp_path, language, run_code(sent, M, 2, language))
    texts = [row["text"] for row in ROWS if row["text"].strip()]
    assert [(row["id"], row["embedding"]) for row in written(tmp_path)] == [
        (row["id"], [len(row["text"]), 1]) for row in ROWS if row["text"].strip()
    ]
    assert len(server.asked) == 2
    assert server.authorization == ["Bearer k"] * 2
    first = json.dumps(server.asked[0], sort_keys=True)
    expected = json.loads(json.dumps(body), object_hook=lambda found: _with(found, texts[:2]))
    assert first == json.dumps(expected, sort_keys=True)


def _with(found: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    return {name: texts if isinstance(each, list) else each for name, each in found.items()}


@pytest.mark.parametrize("language", [RunLanguage.PYTHON, RunLanguage.TYPESCRIPT, RunLanguage.CURL])
def test_what_stood_before_each_query_stands_there_again(
    tmp_path: Path, server: Server, language: RunLanguage
) -> None:
    choice = ModelChoice("m", EmbeddingOptions(instruction='say "it": ', query=True))
    sent = record({"text": ['say "it": x']}, f"http://127.0.0.1:{server.server_port}/other")
    run_it(tmp_path, language, run_code(sent, choice, 100, language))
    assert all(text.startswith('say "it": ') for text in server.asked[0]["text"])


@pytest.mark.parametrize("language", list(RunLanguage))
def test_no_secret_is_in_the_code(language: RunLanguage) -> None:
    assert "canary" not in run_code(record(SHAPES["text"]), M, 100, language)


@pytest.mark.parametrize("body", [b"", b"{", b'{"text": "x"}', b'{"text": []}', b"\xff"])
def test_without_a_request_there_is_no_code(body: bytes) -> None:
    sent = Exchange("e", 0, "POST", "https://example.com", (), body)
    with pytest.raises(InvalidInput):
        run_code(sent, M, 100, RunLanguage.PYTHON)


def test_the_command_is_one_that_can_be_typed() -> None:
    choice = ModelChoice("@cf/m", EmbeddingOptions("cls", 64, "for search: ", query=True))
    words = shlex.split(run_command(choice, "My account"))
    assert words.pop(0) == "workbench"
    options: argparse.Namespace = parser().parse_args(words)
    assert (options.model, options.target, options.pooling) == ("@cf/m", "My account", "cls")
    assert (options.dimensions, options.instruction, options.query) == (64, "for search: ", True)
