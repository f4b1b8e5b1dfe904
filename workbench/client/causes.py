"""The tables behind failures: code, word or status -> what happened, why, what to do (workers-ai §15, ai-gateway §3.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.domain.errors import Failure, Maker


@dataclass(frozen=True, slots=True)
class Cause:
    """what, why, fix as in WorkbenchError; `{model}`, `{place}`, `{provider}`, `{midnight}` stand for the request's own.

    why: empty where the maker's message is the best reason there is. maker: where the code alone tells.
    """

    failure: Failure
    what: str
    why: str = ""
    fix: str = ""
    maker: Maker | None = None


_AI = Maker.WORKERS_AI
_GW = Maker.GATEWAY
F = Failure

TRY_AGAIN = "Try again in a moment."
SMALLER = "Send less: a shorter conversation, a smaller picture or shorter audio."
WRONG = "Look at the request under “details”."

OUT_OF_NEURONS = Cause(
    F.OUT_OF_NEURONS,
    "Today's free neurons are used up.",
    "A free account has 10,000 neurons a day; new ones come in {midnight}, at 00:00 UTC.",
    "Wait until then, move the account to the Workers Paid plan, or use another connection.",
    _AI,
)
NO_SUCH_MODEL = Cause(
    F.MODEL_NOT_FOUND,
    "There is no model “{model}” at {place}.",
    fix="Pick a model from the list, or refresh the list.",
)
RETIRED = Cause(F.MODEL_RETIRED, "The model “{model}” has been retired.")
BLOCKED_PROMPT = Cause(
    F.BLOCKED,
    "A guardrail of the gateway blocked the question.",
    fix="Reword it, or change the gateway's guardrails.",
    maker=_GW,
)
BLOCKED_EITHER = Cause(
    F.BLOCKED,
    "A guardrail of the gateway blocked the question or the answer.",
    fix="Reword it, or change the gateway's guardrails.",
    maker=_GW,
)
FLAGGED = Cause(
    F.BLOCKED,
    "The model refused the content.",
    fix="Reword it; sending the same again will not help.",
    maker=_AI,
)
SILENT = Cause(
    F.BAD_REQUEST,
    "Nothing can be heard in the recording.",
    fix="Play it: it may be silent, or recorded from the wrong microphone.",
)
UNDECODABLE = Cause(
    F.BAD_REQUEST,
    "The recording could not be decoded.",
    fix="Check that it plays; if it does, save it as WAV or MP3 and try again.",
)
REFUSED_VALUE = Cause(F.BAD_REQUEST, "The model could not use what was sent.", fix=WRONG, maker=_AI)
GATEWAY_LIMIT = Cause(
    F.RATE_LIMITED,
    "The gateway's rate limit is reached.",
    "The gateway counts the requests of everyone who uses it.",
    "Wait a little, or raise the limit in the gateway's settings.",
    _GW,
)
SPEND_LIMIT = Cause(
    F.SPEND_LIMIT,
    "The gateway's spending limit is reached.",
    fix="Wait for the next period, raise the limit, or use another model.",
    maker=_GW,
)
POLICY = Cause(
    F.FORBIDDEN,
    "A policy of the gateway does not allow this request.",
    "Either a policy blocks it, or none allows it: the first policy turns everything else off.",
    "Ask whoever keeps the gateway's policies.",
    _GW,
)
NO_GATEWAY = Cause(
    F.GATEWAY_NOT_FOUND,
    "That gateway does not exist.",
    fix="Check account id and gateway name of this connection; only “default” is made by itself.",
    maker=_GW,
)
BAD_GATEWAY_TOKEN = Cause(
    F.UNAUTHORIZED,
    "The gateway did not accept the token.",
    "The gateway itself refused; no provider was asked.",
    "Give this connection a token with the permission “AI Gateway – Run” for this account.",
    _GW,
)
BAD_API_TOKEN = Cause(
    F.UNAUTHORIZED,
    "The API token was not accepted.",
    "It is wrong, expired, or lacks a permission.",
    "Make a token with “Workers AI – Read” and “Workers AI – Edit” and give it to this connection.",
    _AI,
)
MALFORMED_TOKEN = Cause(
    F.UNAUTHORIZED,
    "The API token is not written as tokens are.",
    "Often a space, a line break or a quotation mark came along when it was copied.",
    "Copy the token again.",
    _AI,
)
BAD_PROVIDER_KEY = Cause(
    F.UNAUTHORIZED,
    "{provider} did not accept its key.",
    "The request passed the gateway; the provider refused.",
    "Check the provider's key. Leave it out to use the one stored in the gateway: any key sent along replaces that, even a wrong one.",
    Maker.PROVIDER,
)
BAD_SERVER_KEY = Cause(
    F.UNAUTHORIZED,
    "{place} did not accept the API key.",
    fix="Give this connection the key that the server expects.",
    maker=Maker.PROVIDER,
)
LOCAL_TOKEN = Cause(
    F.UNAUTHORIZED,
    "The local gateway did not accept the access token.",
    "It was probably started with another one.",
    "Restart the local gateway.",
    _GW,
)
NO_CREDIT = Cause(F.PAYMENT, "There is no credit left to pay for this.", fix="Top up, or use another model.")
NO_GATEWAY_CREDIT = Cause(
    F.PAYMENT,
    "The gateway cannot pay for “{model}”.",
    "There is no credit left, or the model cannot be paid through Cloudflare.",
    "Top up the gateway's credits, or store the provider's own key.",
    _GW,
)
TOO_LONG = Cause(
    F.BAD_REQUEST,
    "The conversation and the answer do not fit into the model's context window.",
    fix="Lower the maximum of tokens, shorten the conversation, or take a model with a larger window.",
)
JSON_UNMET = Cause(
    F.BAD_REQUEST,
    "The model did not manage to answer in the JSON that was asked for.",
    fix="Ask again, or make the schema simpler.",
    maker=_AI,
)
BAD_ACCOUNT = Cause(
    F.NOT_FOUND,
    "Cloudflare does not know this account.",
    fix="Check the account id of this connection: 32 letters and digits, from the dashboard.",
    maker=_AI,
)
RATE_LIMITED = Cause(
    F.RATE_LIMITED,
    "{place} is getting requests too fast.",
    fix="Wait a little, then try again.",
)
SCHEMA = Cause(
    F.BAD_REQUEST,
    "The model does not take this request as it is.",
    fix="Change the settings named here.",
    maker=_AI,
)

BY_CODE: dict[int, Cause] = {
    1000: BAD_API_TOKEN,
    2001: NO_GATEWAY,
    2003: GATEWAY_LIMIT,
    2005: Cause(
        F.SERVER,
        "The gateway got no usable answer from any provider.",
        "Every model of the route failed, or the provider could not be reached.",
        "Look at the gateway's log, or ask the model directly.",
        _GW,
    ),
    2009: BAD_GATEWAY_TOKEN,
    2016: BLOCKED_PROMPT,
    2017: BLOCKED_EITHER,
    2021: NO_GATEWAY_CREDIT,
    2029: Cause(
        F.BLOCKED,
        "Data loss prevention blocked the question.",
        "It holds data that the gateway does not let out.",
        "Take the sensitive data out.",
        _GW,
    ),
    2030: Cause(
        F.BLOCKED,
        "Data loss prevention blocked the answer.",
        "It held data that the gateway does not let through.",
        "Ask differently.",
        _GW,
    ),
    3003: Cause(F.BAD_REQUEST, "Part of the request was missing.", fix=WRONG, maker=_AI),
    3006: Cause(F.TOO_LARGE, "The request is too large.", fix=SMALLER, maker=_AI),
    3007: Cause(F.TIMEOUT, "The model took too long.", fix="Try again, or ask for a shorter answer.", maker=_AI),
    3008: Cause(F.TIMEOUT, "The model was stopped before it had answered.", fix=TRY_AGAIN, maker=_AI),
    3023: Cause(
        F.FORBIDDEN, "This account may not use Workers AI.", "It is blocked.", "Ask Cloudflare support.", _AI
    ),
    3030: REFUSED_VALUE,
    3036: OUT_OF_NEURONS,
    3039: Cause(
        F.BAD_REQUEST, "The LoRA adapter is not complete.", fix="Upload the file that is missing.", maker=_AI
    ),
    3040: Cause(
        F.NO_CAPACITY,
        "“{model}” is busy: there is no capacity free.",
        fix="Try again in a moment, or use another model.",
        maker=_AI,
    ),
    3041: Cause(
        F.FORBIDDEN, "“{model}” is private.", fix="Choose a model that this account may use.", maker=_AI
    ),
    3042: Cause(
        F.MODEL_NOT_FOUND,
        "“{model}” is not a model name.",
        fix="Names look like @cf/author/name.",
        maker=_AI,
    ),
    3043: Cause(F.SERVER, "Workers AI had an internal error.", fix=TRY_AGAIN, maker=_AI),
    3046: Cause(F.TIMEOUT, "The model took too long.", fix=TRY_AGAIN, maker=_AI),
    4006: OUT_OF_NEURONS,
    5004: Cause(
        F.BAD_REQUEST,
        "A file was sent in the wrong form.",
        "The model wants base64 text, not bytes or a data address.",
        WRONG,
        _AI,
    ),
    5005: Cause(F.BAD_REQUEST, "“{model}” does not take LoRA adapters.", fix="Leave “lora” out.", maker=_AI),
    5006: SCHEMA,
    5007: Cause(F.MODEL_NOT_FOUND, NO_SUCH_MODEL.what, fix=NO_SUCH_MODEL.fix, maker=_AI),
    5016: Cause(
        F.LICENCE,
        "The licence of “{model}” has not been accepted yet.",
        "Its maker asks every account once.",
        "Read the licence; to accept it, send the one word “agree” to this model.",
        _AI,
    ),
    5018: Cause(
        F.FORBIDDEN, "This account may not use “{model}”.", fix="Choose another model.", maker=_AI
    ),
    5019: Cause(F.BAD_REQUEST, "Cloudflare asks for a newer program.", fix="Update AI Workbench.", maker=_AI),
    5021: Cause(TOO_LONG.failure, TOO_LONG.what, fix=TOO_LONG.fix, maker=_AI),
    5035: Cause(
        F.MODEL_PAID_ONLY,
        "“{model}” is only for paying accounts.",
        "It needs the Workers Paid plan, or credits bought for the gateway.",
        "Upgrade the account, or filter the list by “free plan”.",
        _AI,
    ),
    6003: MALFORMED_TOKEN,
    6111: MALFORMED_TOKEN,
    7000: Cause(
        F.NOT_FOUND,
        "{place} has nothing at this address.",
        "The path is wrong, or this kind of model cannot be asked this way.",
        "Check the connection's addresses; routes are asked through the gateway.",
        _AI,
    ),
    7001: Cause(F.BAD_REQUEST, "A field of the request is missing or wrong.", fix=WRONG, maker=_GW),
    7002: NO_GATEWAY,
    7003: NO_SUCH_MODEL,
    7013: Cause(
        F.SERVER,
        "The gateway's guardrails could not be asked, and they may block.",
        "Without them the gateway lets nothing through.",
        TRY_AGAIN,
        _GW,
    ),
    9109: Cause(
        F.FORBIDDEN,
        "The API token is not valid for this account.",
        "It belongs to another account, or lacks a permission.",
        "Check the account id, and that the token has “Workers AI – Read” and “Workers AI – Edit”.",
        _AI,
    ),
    10000: BAD_API_TOKEN,
}  # fmt: skip
KNOWN_CODES = frozenset(BY_CODE)

RATE_OF_PROVIDER = Cause(
    F.RATE_LIMITED, "{provider} is getting requests too fast.", fix="Wait a little, then try again."
)
BUSY = Cause(F.NO_CAPACITY, "{provider} is overloaded.", fix="Try again in a moment, or use another model.")
NO_PERMISSION = Cause(F.FORBIDDEN, "{provider} does not allow this.", fix="Check what the key may do.")
CONTENT = Cause(F.BLOCKED, "{provider} refused the content.", fix="Reword it.")
LARGE = Cause(F.TOO_LARGE, "The request is too large.", fix=SMALLER)
BROKEN = Cause(F.SERVER, "{provider} had an internal error.", fix=TRY_AGAIN)

BY_KIND: dict[str, Cause] = {
    "insufficient_quota": NO_CREDIT,
    "billing_error": NO_CREDIT,
    "billing_hard_limit_reached": NO_CREDIT,
    "invalid_api_key": BAD_PROVIDER_KEY,
    "authentication_error": BAD_PROVIDER_KEY,
    "unauthenticated": BAD_PROVIDER_KEY,
    "permission_error": NO_PERMISSION,
    "permission_denied": NO_PERMISSION,
    "model_not_found": NO_SUCH_MODEL,
    "model_decommissioned": RETIRED,
    "context_length_exceeded": TOO_LONG,
    "exceed_context_size_error": TOO_LONG,
    "rate_limit_exceeded": RATE_OF_PROVIDER,
    "rate_limit_error": RATE_OF_PROVIDER,
    "resource_exhausted": RATE_OF_PROVIDER,
    "overloaded_error": BUSY,
    "unavailable": BUSY,
    "content_policy_violation": CONTENT,
    "content_filter": CONTENT,
    "moderation_blocked": CONTENT,
    "request_too_large": LARGE,
    "api_error": BROKEN,
    "server_error": BROKEN,
    "internal": BROKEN,
}

BY_WORDS: tuple[tuple[re.Pattern[str], Cause], ...] = tuple(
    (re.compile(words, re.IGNORECASE), cause)
    for words, cause in (
        (r"daily free allocation", OUT_OF_NEURONS),
        (r"spending limit", SPEND_LIMIT),
        (r"access denied by policy|no matching policy", POLICY),
        (r"json mode couldn.t be met", JSON_UNMET),
        (r"request content blocked due to DLP", BY_CODE[2029]),
        (r"response content blocked due to DLP", BY_CODE[2030]),
        (r"blocked .*guardrail|guardrail.* blocked", BLOCKED_EITHER),
        (r"context (length|window|size)|maximum context", TOO_LONG),
        (r"(audio|recording)\b.*\b(silent|silence|empty)|no speech (was )?(found|detected)", SILENT),
        (r"(audio|recording)\b.*(decode|corrupt|unsupported)", UNDECODABLE),
        (r"no such model|model\b.*(not found|not exist)|unknown model|^model: \S+$", NO_SUCH_MODEL),
    )
)

BY_STATUS: dict[int, Cause] = {
    400: Cause(F.BAD_REQUEST, "{place} refused the request.", fix=WRONG),
    402: NO_CREDIT,
    403: Cause(
        F.FORBIDDEN, "{place} does not allow this request.", fix="Check what the token or key may do."
    ),
    404: Cause(
        F.NOT_FOUND,
        "There is nothing at this address.",
        fix="Check the connection's address; an OpenAI-compatible one usually ends in /v1.",
    ),
    405: Cause(
        F.NOT_FOUND, "This address does not take this kind of request.", fix="Check the connection's address."
    ),
    408: Cause(F.TIMEOUT, "{place} took too long.", fix=TRY_AGAIN),
    409: Cause(F.SERVER, "{place} was busy with something that stood in the way.", fix=TRY_AGAIN),
    410: RETIRED,
    413: LARGE,
    422: Cause(F.BAD_REQUEST, "{place} could not use the request.", fix=WRONG),
    424: BLOCKED_EITHER,
    429: RATE_LIMITED,
    500: Cause(F.SERVER, "{place} had an internal error.", fix=TRY_AGAIN),
    502: Cause(F.SERVER, "{place} got no proper answer from behind it.", fix=TRY_AGAIN),
    503: Cause(F.SERVER, "{place} is not available right now.", fix=TRY_AGAIN),
    504: Cause(F.TIMEOUT, "{place} waited too long for the answer.", fix=TRY_AGAIN),
    522: Cause(F.TIMEOUT, "{place} could not be reached in time.", fix=TRY_AGAIN),
    524: Cause(F.TIMEOUT, "{place} waited too long for the answer.", fix=TRY_AGAIN),
    529: BUSY,
}
OTHER_3XX = Cause(
    F.NOT_FOUND,
    "{place} sends this request on to another address.",
    fix="Use that address in the connection.",
)
OTHER_4XX = Cause(F.BAD_REQUEST, "{place} refused the request.", fix=WRONG)
OTHER_5XX = Cause(F.SERVER, "{place} failed.", fix=TRY_AGAIN)
IN_STREAM = Cause(F.SERVER, "{place} broke the answer off with an error.", fix=TRY_AGAIN)
