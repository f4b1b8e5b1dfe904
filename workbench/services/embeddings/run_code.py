"""Code that makes the vectors of a run again: the request is the one that was sent, with other texts in it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workbench.domain.embeddings.runs import ModelChoice
from workbench.domain.errors import InvalidInput
from workbench.domain.exchange import Exchange
from workbench.services.snippets import (
    SentRequest,
    is_plain,
    js_literal,
    python_headers,
    python_literal,
    python_url,
    sent_request,
    shell_header,
    shell_url,
    typescript_headers,
    typescript_url,
    variables,
)

TEXTS, VECTORS = "texts.jsonl", "vectors.jsonl"
"""What the code reads, an object with a `text` on each line, and what it writes."""
_MARK = "«texts»"
_PLACE = re.compile("‹([a-z]+)›")


class RunLanguage(StrEnum):
    """COMMAND: this program's own, without a window."""

    COMMAND = "command"
    PYTHON = "python"
    TYPESCRIPT = "typescript"
    CURL = "curl"


LABELS: Mapping[RunLanguage, str] = {
    RunLanguage.COMMAND: "workbench embed",
    RunLanguage.PYTHON: "Python (httpx)",
    RunLanguage.TYPESCRIPT: "TypeScript (Node)",
    RunLanguage.CURL: "curl + jq",
}


@dataclass(frozen=True, slots=True)
class _Call:
    """body: with the mark where the texts were. before: what was put before each text. many: texts of one call."""

    request: SentRequest
    body: Any
    before: str
    many: int


def run_command(choice: ModelChoice, target: str = "") -> str:
    """target: its name, "" for the current one."""
    options = choice.options
    words = ["workbench", "embed", TEXTS, "-m", choice.model, "-o", VECTORS]
    for name, value in (
        ("--target", target),
        ("--pooling", options.pooling),
        ("--dimensions", "" if options.dimensions is None else str(options.dimensions)),
        ("--instruction", options.instruction),
    ):
        if value:
            words += [name, value]
    if options.query:
        words.append("--query")
    return shlex.join(words) + "\n"


def run_code(exchange: Exchange, choice: ModelChoice, many: int, language: RunLanguage) -> str:
    """exchange: the record of one of the run's calls. many: texts for each call. Raises InvalidInput where nothing can be written of
    it.
    """
    call = _call(exchange, choice, many)
    match language:
        case RunLanguage.PYTHON:
            return _python(call)
        case RunLanguage.TYPESCRIPT:
            return _typescript(call)
        case RunLanguage.CURL:
            return _curl(call)
        case RunLanguage.COMMAND:
            return run_command(choice)


def _call(exchange: Exchange, choice: ModelChoice, many: int) -> _Call:
    request = sent_request(exchange)
    body = request.json if exchange.method else None
    sent: list[str] = []
    marked = _marked(body, sent)
    if not sent or not is_plain(marked):
        raise InvalidInput(
            "There is no request to write code from.",
            why="Nothing was sent for these vectors, or it is no longer kept.",
            fix="Use the command line instead.",
        )
    return _Call(request, marked, _before(sent, choice), max(many, 1))


def _marked(value: Any, sent: list[str]) -> Any:
    """The same with the mark in place of the first list of texts, which are put into sent."""
    if isinstance(value, dict):
        return {name: _marked(each, sent) for name, each in value.items()}
    if isinstance(value, list) and value and not sent and all(isinstance(each, str) for each in value):
        sent += value
        return _MARK
    return value


def _before(sent: list[str], choice: ModelChoice) -> str:
    """An instruction that stood before each text, not apart from them."""
    before = choice.options.instruction
    return before if choice.options.query and all(text.startswith(before) for text in sent) else ""


# --- Python ---


def _python(call: _Call) -> str:
    request = call.request
    body = python_literal(call.body).replace(repr(_MARK), "texts")
    text = 'row["text"]' if not call.before else f'{call.before!r} + row["text"]'
    return (
        "import json\n"
        + ("import os\n" if variables(request) else "")
        + "import time\n\nimport httpx\n\n"
        + f"url = {python_url(request)}\n"
        + f"headers = {{\n{python_headers(request.headers)}}}\n\n\n"
        + "def embedded(texts):\n"
        + _indented(f"body = {body}\n", 4)
        + _filled(
            _PYTHON,
            method=repr(request.method),
            text=text,
            many=str(call.many),
            texts=repr(TEXTS),
            vectors=repr(VECTORS),
        )
    )


_PYTHON = """    while True:
        reply = httpx.request(‹method›, url, headers=headers, json=body, timeout=300)
        if reply.status_code != 429 or "retry-after" not in reply.headers:
            break
        time.sleep(float(reply.headers["retry-after"]))
    reply.raise_for_status()
    value = reply.json()
    result = value.get("result", value)
    rows = next(result[name] for name in ("data", "response", "embeddings") if name in result)
    if isinstance(rows[0], dict):
        rows = [row["embedding"] for row in sorted(rows, key=lambda row: row.get("index", 0))]
    return rows


with open(‹texts›, encoding="utf-8") as file:
    rows = [json.loads(line) for line in file if line.strip()]
rows = [row for row in rows if row["text"].strip()]
with open(‹vectors›, "w", encoding="utf-8") as file:
    for start in range(0, len(rows), ‹many›):
        part = rows[start : start + ‹many›]
        for row, vector in zip(part, embedded([‹text› for row in part]), strict=True):
            file.write(json.dumps({**row, "embedding": vector}, ensure_ascii=False) + "\\n")
"""


# --- TypeScript ---


def _typescript(call: _Call) -> str:
    request = call.request
    written = json.dumps(call.body, indent=2, ensure_ascii=False).replace(js_literal(_MARK), "texts")
    text = "row.text" if not call.before else f"{js_literal(call.before)} + row.text"
    return (
        'import { appendFileSync, readFileSync, writeFileSync } from "node:fs";\n\n'
        + f"const url = {typescript_url(request)};\n"
        + f"const headers = {{\n{typescript_headers(request.headers)}}};\n\n"
        + "async function embedded(texts: string[]): Promise<number[][]> {\n"
        + f"  const body = JSON.stringify({_indented(written, 2).lstrip()});\n"
        + _filled(
            _TYPESCRIPT,
            method=js_literal(request.method),
            text=text,
            many=str(call.many),
            texts=js_literal(TEXTS),
            vectors=js_literal(VECTORS),
        )
    )


_TYPESCRIPT = """  let reply = await fetch(url, { method: ‹method›, headers, body });
  while (reply.status === 429 && reply.headers.has("retry-after")) {
    await new Promise((done) => setTimeout(done, Number(reply.headers.get("retry-after")) * 1000));
    reply = await fetch(url, { method: ‹method›, headers, body });
  }
  if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
  const value = await reply.json();
  const result = value.result ?? value;
  const rows = result.data ?? result.response ?? result.embeddings;
  if (Array.isArray(rows[0])) return rows;
  rows.sort((one: any, other: any) => (one.index ?? 0) - (other.index ?? 0));
  return rows.map((row: any) => row.embedding);
}

const rows = readFileSync(‹texts›, "utf8")
  .split("\\n")
  .filter((line) => line.trim())
  .map((line) => JSON.parse(line))
  .filter((row) => row.text.trim());
writeFileSync(‹vectors›, "");
for (let start = 0; start < rows.length; start += ‹many›) {
  const part = rows.slice(start, start + ‹many›);
  const vectors = await embedded(part.map((row) => ‹text›));
  const lines = part.map((row, place) => JSON.stringify({ ...row, embedding: vectors[place] }) + "\\n");
  appendFileSync(‹vectors›, lines.join(""));
}
"""


# --- curl ---


def _curl(call: _Call) -> str:
    request = call.request
    text = ".text" if not call.before else f"{json.dumps(call.before, ensure_ascii=False)} + .text"
    body = json.dumps(call.body, ensure_ascii=False).replace(
        json.dumps(_MARK, ensure_ascii=False), f"[.[] | {text}]"
    )
    options = "".join(f" \\\n    -H {shell_header(header)}" for header in request.headers)
    send = f"curl --fail-with-body -sS --retry 5 -X {request.method} {shell_url(request)}{options} \\\n    --data-binary @-"
    return _filled(
        _SHELL, body=shlex.quote(body), send=send, many=str(call.many), texts=TEXTS, vectors=VECTORS
    )


_SHELL = """#!/usr/bin/env bash
set -euo pipefail

: > ‹vectors›
jq -sc '[.[] | select(.text | test("[^[:space:]]"))] | range(0; length; ‹many›) as $i | .[$i : $i + ‹many›]' ‹texts› |
while IFS= read -r rows; do
  jq -c ‹body› <<< "$rows" |
  ‹send› |
  jq -c --slurpfile rows <(cat <<< "$rows") '(.result // .) | (.data // .response // .embeddings)
    | if (.[0] | type) == "object" then sort_by(.index) | map(.embedding) else . end
    | to_entries[] | $rows[0][.key] + {embedding: .value}' >> ‹vectors›
done
"""


def _filled(template: str, **values: str) -> str:
    return _PLACE.sub(lambda place: values[place[1]], template)


def _indented(text: str, by: int) -> str:
    return "".join(" " * by + line for line in text.splitlines(keepends=True))
