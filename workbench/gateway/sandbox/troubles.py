"""The error replies of the wire, each in its maker's own shape (ai-gateway §3.3, workers-ai §15).

Where the references give no status, code or wording, the sensible reading is chosen here and marked (inferred). The
shapes of Anthropic, Google and Cohere are those of their public APIs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.gateway.calls import Call, Shape
from workbench.gateway.protocol import Family
from workbench.gateway.replies import Headers, Reply, api_error, error_reply, json_reply
from workbench.gateway.sandbox.faults import Faults

_WORKERS_AI = {  # code: (status, wording)
    3003: (400, "Missing request body"),
    3006: (413, "Request is too large"),
    3007: (408, "Timeout"),
    3008: (408, "Aborted"),
    3023: (403, "Account blocked"),
    3030: (400, "Input was flagged"),
    3036: (
        429,
        "you have used up your daily free allocation of 10,000 neurons, please upgrade to a paid plan",
    ),
    3039: (400, "Finetune is missing required files"),
    3040: (429, "Capacity temporarily exceeded, please try again."),
    3041: (403, "The model is private"),
    3042: (404, "Invalid model id"),
    3043: (500, "Internal server error"),
    3046: (408, "Request timeout"),
    4006: (
        429,
        "you have used up your daily free allocation of 10,000 neurons, please upgrade to a paid plan",
    ),
    5004: (400, "Invalid data type for base64 input"),
    5005: (405, "LoRa unsupported for the model"),
    5006: (400, "Bad input"),
    5007: (400, "No such model or task"),
    5016: (403, "The model agreement was not accepted: send the prompt 'agree' once"),
    5018: (403, "Not allowed to use this private model"),
    5019: (405, "Client version is too old"),
    5021: (400, "The input exceeds the context window"),
    5035: (403, "This model needs a Workers Paid plan"),
    7000: (404, "No route for that URI"),
    7003: (404, "Could not route to that account"),
    9109: (403, "Unauthorized to access requested resource"),
    10000: (401, "Authentication error"),
}
_GATEWAY = {  # code: (status, wording); 2003 and most wordings are (inferred)
    2001: (400, "Gateway does not exist"),
    2003: (429, "Rate limited"),
    2005: (400, "Failed to get response from provider"),
    2009: (401, "Unauthorized"),
    2016: (424, "Prompt blocked due to security configurations"),
    2017: (424, "Response blocked due to security configurations"),
    2021: (402, "Insufficient credit"),
    2029: (403, "Request content blocked due to DLP policy violations"),
    2030: (403, "Response content blocked due to DLP policy violations"),
    7013: (503, "Guardrail scanner is unavailable"),
}
# Which code stands for a bare status (inferred).
_WORKERS_AI_BY_STATUS = {
    400: 5006,
    401: 10000,
    403: 5018,
    404: 3042,
    405: 5005,
    408: 3046,
    413: 3006,
    429: 3040,
}
_GATEWAY_BY_STATUS = {400: 2005, 401: 2009, 402: 2021, 404: 7003, 424: 2016, 429: 2003, 503: 7013}
_OPENAI = {  # status: (type, code, wording), as OpenAI-compatible providers answer (inferred)
    400: ("invalid_request_error", None, "Invalid request"),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided"),
    403: ("invalid_request_error", "permission_denied", "You do not have access to this model"),
    404: (
        "invalid_request_error",
        "model_not_found",
        "The model does not exist or you do not have access to it",
    ),
    408: ("server_error", "timeout", "Request timed out"),
    413: ("invalid_request_error", "request_too_large", "Request is too large"),
    429: ("rate_limit_error", "rate_limit_exceeded", "Rate limit reached for requests"),
    500: ("server_error", None, "The server had an error while processing your request"),
    503: ("server_error", "overloaded", "The engine is currently overloaded, please try again later"),
}


_ANTHROPIC = {  # status: (type, wording)
    400: ("invalid_request_error", "Invalid request"),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "Your credit balance is too low to access the Anthropic API"),
    403: ("permission_error", "Your API key does not have permission to use the specified resource"),
    404: ("not_found_error", "The requested resource could not be found"),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: ("rate_limit_error", "This request would exceed your account's rate limit. Please try again later."),
    500: ("api_error", "Internal server error"),
    504: ("timeout_error", "The request timed out"),
    529: ("overloaded_error", "Overloaded"),
}
_GOOGLE = {  # status: (status name, wording)
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "The requested model was not found"),
    408: ("DEADLINE_EXCEEDED", "The deadline expired before the operation could complete."),
    409: ("ABORTED", "The operation was aborted"),
    429: ("RESOURCE_EXHAUSTED", "You exceeded your current quota. Please retry later."),
    500: ("INTERNAL", "An internal error has occurred."),
    501: ("UNIMPLEMENTED", "Operation is not implemented, or supported, or enabled."),
    503: ("UNAVAILABLE", "The model is overloaded. Please try again later."),
    504: ("DEADLINE_EXCEEDED", "The deadline expired before the operation could complete."),
}
GATEWAY = "gateway"
WORKERS_AI = "workers-ai"
ANTHROPIC = "anthropic"
GOOGLE = "google-ai-studio"
COHERE = "cohere"
OPENAI = "openai"
"""Makers; everybody who is not named here answers as OpenAI does."""
_INTERNAL = 3043


@dataclass(frozen=True, slots=True)
class Trouble:
    """One error as the wire tells it. maker: GATEWAY, or whose shape it has.

    status: of the reply. pointer: JSON pointer of the field that is wrong, "" for none. word: the name of the error, where
    its status alone does not tell it.
    """

    maker: str
    status: int
    code: int | None
    message: str
    pointer: str = ""
    word: str = ""

    @property
    def name(self) -> str | None:
        """What makers without numbers call it; OpenAI's `code`."""
        if self.word:
            return self.word
        return str(self.code) if self.code else _openai(self.status)[1]

    def body(self) -> dict[str, Any]:
        """The error in its maker's shape; the gateway's own is made by `reply_of`."""
        match self.maker:
            case "workers-ai":
                return api_error(self.status, self.code or 0, self.message)
            case "anthropic":
                error = {"type": _nearest(_ANTHROPIC, self.status)[0], "message": self._placed()}
                return {"type": "error", "error": error}
            case "google-ai-studio":
                name = _nearest(_GOOGLE, self.status)[0]
                return {"error": {"code": self.status, "message": self.message, "status": name}}
            case "cohere":
                return {"message": self.message}
        return {
            "error": {
                "message": self.message,
                "type": _openai(self.status)[0],
                "param": _dotted(self.pointer) or None,
                "code": self.name,
            }
        }

    def _placed(self) -> str:
        return f"{_dotted(self.pointer)}: {self.message}" if self.pointer else self.message


def maker_of(call: Call) -> str:
    """Whose shape the errors of a call have: its provider's, or that of the maker of its wire."""
    if call.provider in (WORKERS_AI, ANTHROPIC, GOOGLE, COHERE):
        return call.provider
    if call.shape is Shape.MESSAGES:
        return ANTHROPIC
    return GOOGLE if call.shape is Shape.GENERATE or call.provider == "google-vertex-ai" else OPENAI


def ordered(faults: Faults, maker: str) -> Trouble:
    """The error that faults order: a status, a code, or both."""
    if faults.maker == GATEWAY:
        maker = GATEWAY
    table, by_status, server = _WORKERS_AI, _WORKERS_AI_BY_STATUS, _INTERNAL
    if maker == GATEWAY:
        table, by_status, server = _GATEWAY, _GATEWAY_BY_STATUS, 2005
    code = faults.code
    if code is None and maker in (GATEWAY, WORKERS_AI):
        code = by_status.get(faults.status or 500, server)
    status = faults.status or table.get(code or 0, (500, ""))[0]
    message = faults.message or (table[code][1] if code in table else "") or _wording(maker, status)
    return Trouble(maker, status, code, message)


def interrupting(faults: Faults, maker: str) -> Trouble:
    """The error that ends a stream under way."""
    status = faults.status or 500
    code = faults.code or (_INTERNAL if maker == WORKERS_AI else None)
    return Trouble(maker, status, code, faults.message or _wording(maker, status))


def reply_of(trouble: Trouble, family: Family, headers: Headers | None = None) -> Reply:
    """The error in its maker's envelope; the gateway's own depends on the family of the address."""
    more = headers or []
    if trouble.maker != GATEWAY:
        return json_reply(trouble.status, trouble.body(), more)
    if trouble.status == 403 and trouble.code is None:
        return json_reply(403, {"success": False, "error": {"message": trouble.message}}, more)
    return error_reply(family, trouble.status, trouble.code or 0, trouble.message, more)


def _wording(maker: str, status: int) -> str:
    if maker == ANTHROPIC:
        return _nearest(_ANTHROPIC, status)[1]
    return _nearest(_GOOGLE, status)[1] if maker == GOOGLE else _openai(status)[2]


def _openai(status: int) -> tuple[str, str | None, str]:
    return _OPENAI.get(status, _OPENAI[500 if status >= 500 else 400])


def _nearest(table: Mapping[int, tuple[str, str]], status: int) -> tuple[str, str]:
    return table.get(status, table[500 if status >= 500 else 400])


def _dotted(pointer: str) -> str:
    return pointer.strip("/").replace("/", ".")
