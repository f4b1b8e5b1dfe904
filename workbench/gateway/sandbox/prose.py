"""Short answers: honest about small things that can be known, and reflecting the prompt in all else."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from itertools import takewhile
from random import Random

from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.attachments import DOCUMENT, PICTURE, RECORDING
from workbench.gateway.sandbox.markdown import Writer
from workbench.gateway.sandbox.phrases import (
    ARABIC_REPLY,
    CODE,
    CODE_NOTE,
    OPENING,
    RUSSIAN_REPLY,
    TABLE_NOTE,
    TIPS,
    TRY,
)

QUOTED_CHARS = 300
DEFAULT_LONG = 1200
MAX_LONG = 200_000

_AMOUNT = r"(?<![\d,_.])(\d[\d,_.]{0,14}) ?(k)? ?"
_LONG = re.compile(_AMOUNT + r"(?:tokens?|токен\w{0,4})\b", re.IGNORECASE)
_LONG_WORDS = re.compile(_AMOUNT + r"words\b[^\n]{0,80}markdown", re.IGNORECASE)
_LONG_ASKED = re.compile(r"\b(?:long|mixed)\b[^.\n]{0,30}\bmarkdown\b", re.IGNORECASE)
_EXACT = re.compile(
    r"\b(?:say|reply|respond|answer|repeat|echo)\b(?:\s+(?:only|just|exactly|back|after me|with|this|the words?|"
    r"in one word))*\s*:?\s*(?:[\"“'«](?P<quoted>[^\"”'»\n]+)[\"”'»]|(?P<word>[\w.!-]+)\s*[.!]?\s*$)",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"(?<![\w.])(-?\d{1,12}(?:\.\d{1,6})?)\s*(\+|-|\*|/|×|÷|x|plus|minus|times|divided by)\s*"
    r"(-?\d{1,12}(?:\.\d{1,6})?)(?![\w])",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\bcount\b[^.\n]{0,60}?(?:from\s+(\d{1,4})\s+)?(?:up\s+)?to\s+(\d{1,4})\b", re.IGNORECASE
)
_LIST = re.compile(
    r"\b(?:list|name|give|write|tell)\b[^.\n]{0,30}?\b(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)
_HELLO = re.compile(
    r"^\s*(?:hi|hello|hey|good (?:morning|day|evening))\b[\s\w,]{0,20}[.!?]*\s*$", re.IGNORECASE
)
_WHO = re.compile(r"\b(?:who|what) are you\b|\bwhich model\b|\byour name\b", re.IGNORECASE)
_CODE = re.compile(r"\b(?:code|function|script|program|snippet|implement|class|query)\b", re.IGNORECASE)
_TABLE = re.compile(r"\btable\b|\bcompare\b|\bcomparison\b", re.IGNORECASE)
_NUMBERS = {
    w: i for i, w in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 2)
}
_LANGUAGES = {
    "js": "typescript",
    "javascript": "typescript",
    "shell": "bash",
    **{name: name for name in CODE},
}
_OPERATORS: dict[str, Callable[[float, float], float]] = {
    **dict.fromkeys(("+", "plus"), operator.add),
    **dict.fromkeys(("-", "minus"), operator.sub),
    **dict.fromkeys(("*", "×", "x", "times"), operator.mul),
    **dict.fromkeys(("/", "÷", "divided by"), operator.truediv),
}


def answer_text(ask: Ask, dice: Random) -> str:
    """The text for an ordinary question."""
    if ask.model.schema_shape == "chat-flat-object":
        return "safe"
    if ask.turns[-1].role == "tool":
        return _after_tools(ask)
    known = _knowable(ask.question)
    if known:
        return known
    script = _script(ask.question)
    if script:
        return _in_script(ask.question, script)
    return _reflecting(ask, dice)


def topic_of(question: str) -> str:
    """What a question is about, in a few of its own words, fit to stand in a sentence or a table cell."""
    line = next((line for line in question.splitlines() if line.strip()), "")
    text = re.sub(r"[`*_#|<>\[\]{}\\]", "", line).strip().rstrip(".?!:؟ ")
    text = re.sub(
        r"^(?:please |can you |could you |tell me |write |explain |describe |what (?:is|are) |how (?:do|does|can) )+",
        "",
        text,
        flags=re.IGNORECASE,
    )
    text = _LONG.sub("", text).strip()
    text = re.sub(r"^(?:(?:of|a|long|mixed|markdown|text|about|on)\s+)+", "", text, flags=re.IGNORECASE)
    if len(text) > 60:
        text = text[:60].rsplit(" ", 1)[0] + " …"
    return text or "this"


def wanted_tokens(question: str) -> int | None:
    """How long an answer was asked for, where a length or a long markdown text was; None for an ordinary answer."""
    match = _LONG.search(question) or _LONG_WORDS.search(question)
    if match is not None and re.search(
        r"\b(?:write|give|generate|produce|markdown|text)\b", question, re.IGNORECASE
    ):
        digits = re.sub(r"\D", "", match[1])
        return max(1, min(int(digits[:9]) * (1000 if match[2] else 1), MAX_LONG))
    return DEFAULT_LONG if _LONG_ASKED.search(question) else None


def _knowable(question: str) -> str:
    """An answer that needs no model, or ""."""
    if match := _EXACT.search(question):
        return (match["quoted"] or match["word"]).strip()
    if match := _SUM.search(question):
        return _sum(match[1], match[2].lower(), match[3])
    if match := _COUNT.search(question):
        return ", ".join(str(n) for n in range(int(match[1] or 1), int(match[2]) + 1)) or "Nothing to count."
    if _HELLO.match(question):
        return (
            "Hello. This is the local sandbox: ask anything to see how an answer arrives, no model is called."
        )
    if _WHO.search(question):
        return "I am the sandbox of the local gateway. I answer in the shape of the model you picked, without calling it."
    return ""


def _sum(left: str, sign: str, right: str) -> str:
    if _OPERATORS[sign] is operator.truediv and float(right) == 0:
        return f"{left} {sign} {right} has no answer: nothing can be divided by zero."
    exact = "." not in left + right and _OPERATORS[sign] is not operator.truediv
    value = _OPERATORS[sign](int(left), int(right)) if exact else _OPERATORS[sign](float(left), float(right))
    return f"{left} {sign} {right} = **{value if exact else f'{value:.10g}'}**"


def _after_tools(ask: Ask) -> str:
    """The turn after tools have answered: their results, told back."""
    results = list(takewhile(lambda turn: turn.role == "tool", reversed(ask.turns)))[::-1]
    told = []
    for turn in results:
        name = f"`{turn.name}`" if turn.name else "The tool"
        fence = "json" if turn.text.lstrip().startswith(("{", "[")) else ""
        told.append(f"{name} answered:\n\n```{fence}\n{turn.text.strip()[:2000]}\n```")
    return "\n\n".join([*told, f"That is what is known about “{topic_of(ask.question)}”."])


def _script(text: str) -> str:
    arabic = len(re.findall(r"[\u0600-\u06ff]", text))
    cyrillic = len(re.findall(r"[\u0400-\u04ff]", text))
    if max(arabic, cyrillic) * 2 < len(re.findall(r"[^\W\d_]", text)) or not (arabic or cyrillic):
        return ""
    return "arabic" if arabic > cyrillic else "russian"


def _in_script(question: str, script: str) -> str:
    parts = ARABIC_REPLY if script == "arabic" else RUSSIAN_REPLY
    return "\n\n".join(part.format(topic=f"«{topic_of(question)}»") for part in parts)


def _reflecting(ask: Ask, dice: Random) -> str:
    """What arrived, told back, and what can be tried here; in the form that was asked for, but never a made-up answer."""
    question = ask.question
    parts = [OPENING.format(model=ask.wire_model), _quoted(question), _arrived(ask)]
    if match := _LIST.search(question):
        parts.append(_tips(_NUMBERS.get(match[1].lower()) or min(int(match[1]), 50), dice))
    elif not (_CODE.search(question) or _TABLE.search(question)):
        parts += [TRY, "\n".join(f"- {tip}" for tip in dice.sample(TIPS, 3))]
    if _CODE.search(question):
        words = re.findall(r"\w+", question.lower())
        language = next((_LANGUAGES[word] for word in words if word in _LANGUAGES), "python")
        parts += [CODE_NOTE, Writer(topic_of(question), dice).code(language)]
    if _TABLE.search(question):
        parts += [TABLE_NOTE, _table(ask)]
    return "\n\n".join(parts)


def _quoted(question: str) -> str:
    short = question.strip()
    if len(short) > QUOTED_CHARS:
        short = short[:QUOTED_CHARS].rsplit(" ", 1)[0] + " …"
    return "\n".join(f"> {line}" for line in short.splitlines()) or "> (nothing)"


def _tips(count: int, dice: Random) -> str:
    tips = dice.sample(TIPS, len(TIPS))
    return "\n".join(f"{n}. {tips[(n - 1) % len(tips)]}" for n in range(1, count + 1))


def _table(ask: Ask) -> str:
    rows = [
        ("Model", f"`{ask.wire_model}`"),
        ("Provider", ask.provider),
        ("Messages", str(len(ask.turns))),
        ("Prompt tokens", str(ask.prompt_tokens)),
        ("Token limit", str(ask.options.max_tokens or "none")),
        ("Streamed", "yes" if ask.options.stream else "no"),
    ]
    return "\n".join(
        ["| What arrived | Value |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)]
    )


def _arrived(ask: Ask) -> str:
    """What else came with the question, so that one can see it arrived."""
    seen = [f"{ask.prompt_tokens} prompt tokens"]
    if ask.system:
        seen.append(f"your system prompt (“{topic_of(ask.system)}”)")
    earlier = sum(1 for turn in ask.turns if turn.role == "user") - 1
    if earlier > 0:
        seen.append(_counted(earlier, "earlier question"))
    for kind in (PICTURE, RECORDING, DOCUMENT):
        if came := [a for a in ask.attachments if a.kind == kind]:
            seen.append(f"{_counted(len(came), kind)} ({'; '.join(a.told() for a in came[:8])})")
    if tools := ask.options.tools:
        seen.append(_counted(len(tools), "tool"))
    listed = seen[0] if len(seen) == 1 else f"{', '.join(seen[:-1])} and {seen[-1]}"
    return f"It arrived whole, with {listed}. Request fingerprint `{ask.seed:016x}`."


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
