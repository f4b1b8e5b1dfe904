"""A request as code: generated from what was sent, never from the form (design §7). Secrets become environment variables."""

from __future__ import annotations

import json
import math
import pprint
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from workbench.domain.errors import InvalidInput
from workbench.domain.exchange import Exchange
from workbench.domain.secret import MASK


class Language(StrEnum):
    CURL = "curl"
    PYTHON = "python"
    OPENAI = "openai"
    TYPESCRIPT = "typescript"


LABELS: Mapping[Language, str] = {
    Language.CURL: "curl",
    Language.PYTHON: "Python (httpx)",
    Language.OPENAI: "Python (openai)",
    Language.TYPESCRIPT: "TypeScript (fetch)",
}

_OWN_BUSINESS = frozenset(
    {"host", "content-length", "accept-encoding", "connection", "user-agent", "accept", "transfer-encoding"}
)
"""Headers that whatever sends the request writes by itself."""
_CHAT = "/chat/completions"


@dataclass(frozen=True, slots=True)
class SentHeader:
    """value: everything but the secret; variable: the environment variable that takes the secret's place, after value."""

    name: str
    value: str
    variable: str = ""


@dataclass(frozen=True, slots=True)
class SentRequest:
    method: str
    url: str
    variables: Mapping[str, str]
    """Query values that are secret: name of the parameter and of the variable."""
    headers: tuple[SentHeader, ...]
    body: bytes

    @property
    def text(self) -> str | None:
        """The body, None where it is not text that a command line can hold."""
        try:
            text = self.body.decode()
        except UnicodeDecodeError:
            return None
        return None if "\0" in text else text

    @property
    def json(self) -> Any:
        """The body's value; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def streams(self) -> bool:
        value = self.json
        return isinstance(value, dict) and value.get("stream") is True


def languages(exchange: Exchange) -> tuple[Language, ...]:
    """Those this exchange can be written in."""
    if not exchange.method:
        return ()
    is_chat = urlsplit(exchange.url).path.endswith(_CHAT) and _is_object(sent_request(exchange).json)
    return tuple(language for language in Language if language is not Language.OPENAI or is_chat)


def snippet(exchange: Exchange, language: Language) -> str:
    """Code that sends the same request again. Raises InvalidInput where there is nothing to write."""
    if language not in languages(exchange):
        raise InvalidInput(
            "There is no request to copy.", why="Nothing was sent, or not in a form this code can have."
        )
    request = sent_request(exchange)
    match language:
        case Language.CURL:
            return _curl(request)
        case Language.PYTHON:
            return _python(request)
        case Language.OPENAI:
            return _openai(request)
        case Language.TYPESCRIPT:
            return _typescript(request)


def sent_request(exchange: Exchange) -> SentRequest:
    """What was sent, without what any client writes by itself."""
    headers = tuple(
        _header(name, value, exchange.url)
        for name, value in exchange.request_headers
        if name.lower() not in _OWN_BUSINESS
    )
    return SentRequest(
        exchange.method, exchange.url, _secret_query(exchange.url), headers, exchange.request_body
    )


def _header(name: str, value: str, url: str) -> SentHeader:
    head, masked, tail = value.partition(MASK)
    if not masked or tail:
        return SentHeader(name, value)
    return SentHeader(name, head, _variable(name.lower(), url))


def _variable(header: str, url: str) -> str:
    """The name under which the user most likely has that secret, or would look for it."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    if header == "cf-aig-authorization":
        return "GATEWAY_TOKEN"
    if host in ("127.0.0.1", "localhost", "::1") and ("/client/v4/" in path or "/compat/" in path):
        return "GATEWAY_TOKEN"
    if header == "authorization":
        ours = host.endswith("cloudflare.com") and ("/client/v4/" in path or "/workers-ai/" in path)
        return "CLOUDFLARE_API_TOKEN" if ours else "API_KEY"
    return _env_name(header)


def _secret_query(url: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in urlsplit(url).query.split("&"))
    return {name: _env_name(name) for name, _, value in pairs if value == MASK}


def _env_name(parameter: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", parameter.upper()).strip("_") or "API_KEY"


def variables(request: SentRequest) -> list[str]:
    """The environment variables that the code reads."""
    names = [header.variable for header in request.headers if header.variable]
    return list(dict.fromkeys([*names, *request.variables.values()]))


# --- curl ---


def _curl(request: SentRequest) -> str:
    parts = [f"curl{' -N' if request.streams else ''} -X {request.method} {shell_url(request)}"]
    parts += [f"-H {shell_header(header)}" for header in request.headers]
    if request.body:
        text = request.text
        parts.append("--data-binary @body.bin" if text is None else f"--data-raw {shlex.quote(text)}")
    return " \\\n  ".join(parts) + "\n"


def shell_header(header: SentHeader) -> str:
    if not header.variable:
        return shlex.quote(f"{header.name}: {header.value}")
    return f'"{_in_double_quotes(f"{header.name}: {header.value}")}${header.variable}"'


def shell_url(request: SentRequest) -> str:
    if not request.variables:
        return shlex.quote(request.url)
    url = _in_double_quotes(request.url)
    for parameter, variable in request.variables.items():
        url = url.replace(f"{parameter}={MASK}", f"{parameter}=${variable}")
    return f'"{url}"'


def _in_double_quotes(text: str) -> str:
    return re.sub(r'([\\"$`])', r"\\\1", text)


# --- Python ---


def _python(request: SentRequest) -> str:
    lines = ["import os\n" if variables(request) else "", "import httpx\n", "\n"]
    lines.append(f"url = {python_url(request)}\n")
    lines.append(f"headers = {{\n{python_headers(request.headers)}}}\n")
    argument, setup = _python_body(request)
    lines.append(setup)
    sent = f"{request.method!r}, url, headers=headers{argument}, timeout=300"
    if request.streams:
        lines.append(f"\nwith httpx.stream({sent}) as reply:\n")
        lines.append("    for line in reply.iter_lines():\n        print(line)\n")
    else:
        lines.append(f"\nreply = httpx.request({sent})\nprint(reply.text)\n")
    return "".join(lines)


def _python_body(request: SentRequest) -> tuple[str, str]:
    if not request.body:
        return "", ""
    value = request.json
    if value is not None and is_plain(value):
        return ", json=body", f"body = {python_literal(value)}\n"
    text = request.text
    if text is not None:
        return ", content=body.encode()", f"body = {text!r}\n"
    return ", content=body", f"body = {request.body!r}\n"


def _openai(request: SentRequest) -> str:
    base = request.url.partition(_CHAT)[0]
    keys = [
        header for header in request.headers if header.name.lower() == "authorization" and header.variable
    ]
    key = f"os.environ[{keys[0].variable!r}]" if keys else "'none'"
    others = [
        header
        for header in request.headers
        if header not in keys and header.name.lower() not in ("content-type", "authorization")
    ]
    lines = ["import os\n" if variables(request) else "", "from openai import OpenAI\n\n"]
    lines.append(f"client = OpenAI(\n    base_url={base!r},\n    api_key={key},\n")
    if others:
        lines.append(f"    default_headers={{\n{python_headers(others, indent=8)}    }},\n")
    lines.append(")\n")
    lines.append(f"body = {python_literal(request.json)}\n")
    lines.append(_openai_call(request.json))
    lines.append(_OPENAI_STREAM if request.streams else "print(reply.choices[0].message.content)\n")
    return "".join(lines)


_OPENAI_STREAM = """for chunk in reply:
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="", flush=True)
"""
_OPENAI_ARGUMENTS = frozenset(
    {
        "model", "messages", "stream", "stream_options", "temperature", "top_p", "max_tokens", "max_completion_tokens",
        "seed", "stop", "reasoning_effort", "tools", "tool_choice", "response_format", "n", "logprobs", "top_logprobs",
        "presence_penalty", "frequency_penalty", "parallel_tool_calls", "user",
    }
)  # fmt: skip
"""What the library's method takes by name; the rest goes into extra_body."""


def _openai_call(body: Mapping[str, Any]) -> str:
    extra = [name for name in body if name not in _OPENAI_ARGUMENTS]
    if not extra:
        return "reply = client.chat.completions.create(**body)\n"
    moved = ", ".join(f"{name!r}: body.pop({name!r})" for name in extra)
    return f"extra = {{{moved}}}\nreply = client.chat.completions.create(**body, extra_body=extra)\n"


def python_headers(headers: Iterable[SentHeader], *, indent: int = 4) -> str:
    """A line for each of a dict's."""
    return "".join(f"{' ' * indent}{header.name!r}: {_python_value(header)},\n" for header in headers)


def _python_value(header: SentHeader) -> str:
    if not header.variable:
        return repr(header.value)
    secret = f"os.environ[{header.variable!r}]"
    return f"{header.value!r} + {secret}" if header.value else secret


def python_url(request: SentRequest) -> str:
    pieces = _around(request, lambda variable: f"os.environ[{variable!r}]", repr)
    return " + ".join(pieces)


def python_literal(value: Any) -> str:
    return pprint.pformat(value, width=100, sort_dicts=False)


def is_plain(value: Any) -> bool:
    """Written as a literal it is the same value again: no NaN, no infinity, no half of a character."""
    match value:
        case float():
            return math.isfinite(value)
        case str():
            return not any("\ud800" <= char <= "\udfff" for char in value)
        case dict():
            return all(is_plain(name) and is_plain(one) for name, one in value.items())
        case list():
            return all(is_plain(one) for one in value)
    return True


# --- TypeScript ---


def _typescript(request: SentRequest) -> str:
    lines = [
        f"const reply = await fetch({typescript_url(request)}, {{\n",
        f"  method: {js_literal(request.method)},\n",
    ]
    lines.append(f"  headers: {{\n{typescript_headers(request.headers, indent=4)}  }},\n")
    if request.body:
        lines.append(f"  body: {_typescript_body(request)},\n")
    lines.append("});\n")
    if request.streams:
        lines.append(_TYPESCRIPT_STREAM)
    else:
        lines.append("console.log(await reply.text());\n")
    return "".join(lines)


_TYPESCRIPT_STREAM = """const decoder = new TextDecoder();
for await (const chunk of reply.body!) {
  process.stdout.write(decoder.decode(chunk, { stream: true }));
}
"""


def _typescript_body(request: SentRequest) -> str:
    value = request.json
    if isinstance(value, dict | list) and is_plain(value) and not _has_proto(value):
        written = json.dumps(value, indent=2, ensure_ascii=False)
        return f"JSON.stringify({written.replace(chr(10), chr(10) + '  ')})"
    text = request.text
    if text is not None:
        return js_literal(text)
    return f"new Uint8Array([{', '.join(map(str, request.body))}])"


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and is_plain(value)


def _has_proto(value: Any) -> bool:
    """`__proto__` in a literal sets the prototype and is not sent."""
    match value:
        case dict():
            return "__proto__" in value or any(_has_proto(one) for one in value.values())
        case list():
            return any(_has_proto(one) for one in value)
    return False


def typescript_headers(headers: Iterable[SentHeader], *, indent: int = 2) -> str:
    """A line for each of an object's."""
    return "".join(
        f"{' ' * indent}{js_literal(header.name)}: {_typescript_value(header)},\n" for header in headers
    )


def _typescript_value(header: SentHeader) -> str:
    if not header.variable:
        return js_literal(header.value)
    secret = f"process.env.{header.variable}"
    return f"{js_literal(header.value)} + {secret}" if header.value else f"{secret}!"


def typescript_url(request: SentRequest) -> str:
    return " + ".join(_around(request, lambda variable: f"process.env.{variable}", js_literal))


def js_literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _around(request: SentRequest, variable_code: Any, text_code: Any) -> Sequence[str]:
    """The address as pieces of code: texts, and variables where a query value is secret."""
    pieces, rest = [], request.url
    for parameter, variable in request.variables.items():
        head, _, rest = rest.partition(f"{parameter}={MASK}")
        pieces += [text_code(f"{head}{parameter}="), variable_code(variable)]
    return [*pieces, text_code(rest)] if rest or not pieces else pieces
