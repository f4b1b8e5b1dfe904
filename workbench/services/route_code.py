"""How a program calls a deployed route, with the metadata and headers that the route looks at (ai-gateway §1.1, §2.1, §7.1).

The token is never in it: it comes from the environment, as GATEWAY_TOKEN.
"""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workbench.client.addresses import gateway_url
from workbench.domain.gateways import ROUTE
from workbench.domain.routes.elements import MAX_METADATA, Conditional, Route
from workbench.domain.targets import Target
from workbench.routing.lint.uses import METADATA, Path, uses_of
from workbench.services.snippets import js_literal

VARIABLE = "GATEWAY_TOKEN"
ADDRESS_VARIABLE = "GATEWAY_URL"
PROMPT = "Why is the sky blue?"
_HEADERS = "headers."
_STAND_IN = "example"


class Language(StrEnum):
    CURL = "curl"
    PYTHON = "python"
    TYPESCRIPT = "typescript"
    PAGES = "pages"


LABELS: Mapping[Language, str] = {
    Language.CURL: "curl",
    Language.PYTHON: "Python (openai)",
    Language.TYPESCRIPT: "TypeScript (openai)",
    Language.PAGES: "Pages Function",
}


@dataclass(frozen=True, slots=True)
class RouteCall:
    """base: the gateway's address, without what follows its id. metadata, headers: with values the route's conditions know."""

    base: str
    model: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def call_of(route: Route, target: Target) -> RouteCall:
    """Raises InvalidInput where the target has no address for a gateway."""
    metadata, headers = _looked_at(route)
    return RouteCall(gateway_url(target, ""), f"{ROUTE}{route.name}", metadata, headers)


def code_of(call: RouteCall, language: Language) -> str:
    return _WRITERS[language](call)


def _looked_at(route: Route) -> tuple[dict[str, Any], dict[str, str]]:
    """The first value that makes each condition hold; for the keys of limits and sticky splits, one that shows what is meant."""
    metadata: dict[str, Any] = {}
    headers: dict[str, str] = {}
    for use in uses_of(route):
        element = route.elements[use.at]
        if isinstance(element, Conditional):
            value = _fitting(use.operator, _at(element.conditions, use.path[2:]))
        else:
            value = f"{use.field.rpartition('.')[2]}-1"
        if use.field.startswith(METADATA) and len(metadata) < MAX_METADATA:
            metadata.setdefault(use.key, value)
        elif use.field.startswith(_HEADERS):
            headers.setdefault(use.field.removeprefix(_HEADERS), str(value))
    return metadata, headers


def _at(query: Any, path: Path) -> Any:
    for step in path:
        query = query[step]
    return query


def _fitting(operator: str, wanted: Any) -> Any:
    match operator:
        case "$eq" | "$gte" | "$lte" if isinstance(wanted, str | int | float):
            return wanted
        case "$gt" if isinstance(wanted, int | float):
            return wanted + 1
        case "$lt" if isinstance(wanted, int | float):
            return wanted - 1
        case "$in" if isinstance(wanted, list | tuple) and wanted:
            return wanted[0]
    return _STAND_IN


def _curl(call: RouteCall) -> str:
    body = {"model": call.model, "messages": [{"role": "user", "content": PROMPT}]}
    parts = [
        f"curl {shlex.quote(f'{call.base}/compat/chat/completions')}",
        f'-H "Authorization: Bearer ${VARIABLE}"',
        "-H 'Content-Type: application/json'",
        *(f"-H {shlex.quote(f'{name}: {value}')}" for name, value in _sent(call).items()),
        f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}",
    ]
    return " \\\n  ".join(parts) + "\n"


def _python(call: RouteCall) -> str:
    imports, extra = "import os\n", ""
    if call.metadata:
        imports = "import json\nimport os\n"
        extra += f"metadata = {pprint.pformat(dict(call.metadata), sort_dicts=False)}\n"
    given = [f"        {name!r}: {value!r},\n" for name, value in call.headers.items()]
    if call.metadata:
        given.insert(0, "        'cf-aig-metadata': json.dumps(metadata),\n")
    headers = f"    extra_headers={{\n{''.join(given)}    }},\n" if given else ""
    return (
        f"{imports}\nfrom openai import OpenAI\n\n"
        f"client = OpenAI(\n    base_url={f'{call.base}/compat'!r},\n    api_key=os.environ[{VARIABLE!r}],\n)\n"
        f"{extra}"
        "stream = client.chat.completions.create(\n"
        f"    model={call.model!r},\n"
        f"    messages=[{{'role': 'user', 'content': {PROMPT!r}}}],\n"
        f"{headers}"
        "    stream=True,\n"
        ")\n"
        "for chunk in stream:\n"
        "    for choice in chunk.choices:\n"
        '        print(choice.delta.content or "", end="", flush=True)\n'
    )


def _typescript(call: RouteCall) -> str:
    options = ""
    if sent := _script_headers(call, "  "):
        options = f", {{\n  headers: {{\n{sent}  }},\n}}"
    return (
        'import OpenAI from "openai";\n\n'
        "const client = new OpenAI({\n"
        f"  baseURL: {js_literal(f'{call.base}/compat')},\n"
        f"  apiKey: process.env.{VARIABLE},\n"
        "});\n"
        "const stream = await client.chat.completions.create({\n"
        f"  model: {js_literal(call.model)},\n"
        f'  messages: [{{ role: "user", content: {js_literal(PROMPT)} }}],\n'
        "  stream: true,\n"
        f"}}{options});\n"
        "for await (const chunk of stream) {\n"
        '  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");\n'
        "}\n"
    )


def _pages(call: RouteCall) -> str:
    """A Pages Function: it streams the route's answer to whoever called it."""
    return (
        "// functions/api/chat.ts\n"
        f"// .dev.vars: {ADDRESS_VARIABLE}={call.base}\n"
        f"//            {VARIABLE}=…\n"
        "interface Env {\n"
        f"  {ADDRESS_VARIABLE}: string;\n"
        f"  {VARIABLE}: string;\n"
        "}\n\n"
        "export const onRequestPost: PagesFunction<Env> = async ({ request, env }) => {\n"
        "  const { messages } = await request.json<{ messages: unknown[] }>();\n"
        f"  return fetch(`${{env.{ADDRESS_VARIABLE}}}/compat/chat/completions`, {{\n"
        '    method: "POST",\n'
        "    headers: {\n"
        f"      authorization: `Bearer ${{env.{VARIABLE}}}`,\n"
        '      "content-type": "application/json",\n'
        f"{_script_headers(call, '    ')}"
        "    },\n"
        f"    body: JSON.stringify({{ model: {js_literal(call.model)}, messages, stream: true }}),\n"
        "  });\n"
        "};\n"
    )


_WRITERS: Mapping[Language, Callable[[RouteCall], str]] = {
    Language.CURL: _curl,
    Language.PYTHON: _python,
    Language.TYPESCRIPT: _typescript,
    Language.PAGES: _pages,
}


def _sent(call: RouteCall) -> dict[str, str]:
    metadata = {"cf-aig-metadata": json.dumps(dict(call.metadata))} if call.metadata else {}
    return {**metadata, **call.headers}


def _script_headers(call: RouteCall, indent: str) -> str:
    lines = [f"{indent}  {js_literal(name)}: {js_literal(value)},\n" for name, value in call.headers.items()]
    if call.metadata:
        value = json.dumps(dict(call.metadata), ensure_ascii=True)
        lines.insert(0, f'{indent}  "cf-aig-metadata": JSON.stringify({value}),\n')
    return "".join(lines)
