"""The error replies of the wire, each in its maker's own shape (ai-gateway §3.3, workers-ai §15).

Where the references give no status, code or wording, the sensible reading is chosen here and marked (inferred).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.gateway.protocol import Family
from workbench.gateway.replies import Headers, Reply, api_error, error_reply, gateway_error, json_reply
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


@dataclass(frozen=True, slots=True)
class Trouble:
    """One error as the wire tells it. maker: "gateway", or the provider's slug."""

    maker: str
    status: int
    code: int | None
    message: str


def ordered(faults: Faults, provider: str) -> Trouble:
    """The error that faults order: a status, a code, or both."""
    maker = "gateway" if faults.maker == "gateway" else provider
    code = faults.code
    if maker == "gateway":
        table, by_status, server = _GATEWAY, _GATEWAY_BY_STATUS, 2005
    else:
        table, by_status, server = _WORKERS_AI, _WORKERS_AI_BY_STATUS, 3043
    if code is None and (maker in ("gateway", "workers-ai")):
        code = by_status.get(faults.status or 500, server)
    status = faults.status or table.get(code or 0, (500, ""))[0]
    message = faults.message or (table[code][1] if code in table else "") or _openai_wording(status)
    return Trouble(maker, status, code, message)


def reply_of(trouble: Trouble, family: Family, headers: Headers | None = None) -> Reply:
    """The error in its maker's envelope; the gateway's own depends on the family of the address."""
    more = headers or []
    match trouble.maker:
        case "gateway" if trouble.status == 403 and trouble.code is None:
            return json_reply(403, {"success": False, "error": {"message": trouble.message}}, more)
        case "gateway" if family is Family.GATEWAY:
            return json_reply(
                trouble.status, gateway_error(trouble.status, trouble.code or 0, trouble.message), more
            )
        case "gateway":
            return error_reply(family, trouble.status, trouble.code or 0, trouble.message, more)
        case "workers-ai":
            return json_reply(trouble.status, workers_ai_error(trouble), more)
    return json_reply(trouble.status, openai_error(trouble), more)


def workers_ai_error(trouble: Trouble) -> dict[str, Any]:
    return api_error(trouble.status, trouble.code or 0, trouble.message)


def openai_error(trouble: Trouble, param: str | None = None) -> dict[str, Any]:
    kind, name, _ = _OPENAI.get(trouble.status, _OPENAI[500 if trouble.status >= 500 else 400])
    code = str(trouble.code) if trouble.code else name
    return {"error": {"message": trouble.message, "type": kind, "param": param, "code": code}}


def _openai_wording(status: int) -> str:
    return _OPENAI.get(status, _OPENAI[500 if status >= 500 else 400])[2]
