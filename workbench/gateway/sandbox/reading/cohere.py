"""Cohere's own chat, version 2: chat completions with names of its own for settings and formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.models import Model
from workbench.gateway.calls import Call
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.reading import chat
from workbench.gateway.sandbox.turns import AskRefused

_RENAMED = {"stop_sequences": "stop", "p": "top_p"}


def read(body: Mapping[str, Any], call: Call, model: Model) -> Ask:
    if "messages" not in body:
        raise AskRefused("field 'messages' is required", pointer="/messages")
    plain = {_RENAMED.get(name, name): value for name, value in body.items()}
    if isinstance(choice := plain.get("tool_choice"), str):
        plain["tool_choice"] = choice.lower()
    wanted = plain.get("response_format")
    if isinstance(wanted, dict) and (schema := wanted.get("json_schema") or wanted.get("schema")):
        plain["response_format"] = {"type": "json_schema", "json_schema": schema}
    return chat.read(plain, call, model)
