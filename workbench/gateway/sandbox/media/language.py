"""Labels, translations and summaries of texts (workers-ai §10), and the verdicts of Llama Guard (§5.1)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.media.fields import Schema, choice, fields, listed, text
from workbench.gateway.sandbox.media.outcome import Made, told
from workbench.gateway.sandbox.media.reading import checked
from workbench.gateway.sandbox.media.schemas import form_schema
from workbench.gateway.sandbox.media.task import Task
from workbench.gateway.sandbox.phrases import COMMON_WORDS
from workbench.gateway.sandbox.tokens import count, tokens_of

_GOOD = frozenset(
    [
        "amazing",
        "awesome",
        "beautiful",
        "best",
        "brilliant",
        "clean",
        "delicious",
        "delightful",
        "easy",
        "enjoy",
        "enjoyed",
        "excellent",
        "fantastic",
        "fast",
        "favorite",
        "fine",
        "friendly",
        "fun",
        "glad",
        "good",
        "great",
        "happy",
        "helpful",
        "impressive",
        "incredible",
        "like",
        "liked",
        "love",
        "loved",
        "lovely",
        "nice",
        "perfect",
        "pleasant",
        "recommend",
        "superb",
        "thanks",
        "well",
        "wonderful",
        "works",
        "worth",
    ]
)
_BAD = frozenset(
    [
        "annoying",
        "awful",
        "bad",
        "boring",
        "broken",
        "cold",
        "confusing",
        "crash",
        "disappointed",
        "disappointing",
        "dirty",
        "expensive",
        "fail",
        "failed",
        "fails",
        "hate",
        "hated",
        "horrible",
        "lost",
        "mess",
        "nasty",
        "never",
        "noisy",
        "poor",
        "problem",
        "rude",
        "sad",
        "slow",
        "sorry",
        "terrible",
        "ugly",
        "unhappy",
        "useless",
        "waste",
        "worse",
        "worst",
        "wrong",
    ]
)
_TURNS = frozenset(
    [
        "not",
        "no",
        "never",
        "hardly",
        "isn't",
        "wasn't",
        "don't",
        "didn't",
        "doesn't",
        "won't",
        "can't",
        "cannot",
    ]
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


async def sentiment(task: Task) -> Reply:
    """Counted by word lists, with "not" turning what follows; surer the more words agree."""
    body = checked(task, form_schema(task.model) or {})
    words = _WORD.findall(body["text"].lower().replace("’", "'"))
    positive = 1 / (1 + math.exp(-1.6 * _balance(words) - 0.05))
    scores = {"NEGATIVE": 1 - positive, "POSITIVE": positive}
    result = [{"label": label, "score": round(score, 6)} for label, score in scores.items()]
    return told(task, result, _made([body["text"]]))


def _balance(words: Sequence[str]) -> int:
    total = 0
    for place, word in enumerate(words):
        value = (word in _GOOD) - (word in _BAD and word not in _TURNS)
        total += -value if _TURNS.intersection(words[max(0, place - 2) : place]) else value
    return total


async def translate(task: Task) -> Reply:
    """Not translated, and marked: `[sandbox en → fr] …`."""
    body = checked(task, form_schema(task.model) or {})
    marked = _marked(body["text"], body.get("source_lang", "en"), body["target_lang"])
    return told(task, {"translated_text": marked}, _made([body["text"]], [marked]))


async def indic(task: Task) -> Reply:
    body = checked(task, form_schema(task.model) or {})
    texts = [body["text"]] if isinstance(body["text"], str) else body["text"]
    marked = [_marked(each, "eng_Latn", body["target_language"]) for each in texts]
    return told(task, {"translations": marked}, _made(texts, marked))


def _marked(words: str, source: str, target: str) -> str:
    return f"[sandbox {source} → {target}] {words}"


async def summarize(task: Task) -> Reply:
    """The sentences whose words are met most, in their own order, as far as max_length reaches: real, if simple."""
    body = checked(task, form_schema(task.model) or {})
    most = body.get("max_length", 1024)
    summary = "".join(tokens_of(" ".join(_telling(body["input_text"], most)))[:most])
    return told(task, {"summary": summary}, Made())


def _telling(whole: str, most: int) -> list[str]:
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(whole.split()))
    words = [
        [word for word in _WORD.findall(each.lower()) if word not in COMMON_WORDS and len(word) > 3]
        for each in sentences
    ]
    met = Counter(word for each in words for word in set(each))
    worth = [sum(met[word] for word in each) / (len(each) + 3) for each in words]
    chosen: list[int] = []
    left = min(most, max(count(sentences[0]), count(whole) // 3))
    for place in sorted(range(len(sentences)), key=lambda at: -worth[at]):
        if count(sentences[place]) <= left:
            left -= count(sentences[place])
            chosen.append(place)
    return [sentences[place] for place in sorted(chosen)] or sentences[:1]


_HAZARDS = {
    "S1": "kill murder bomb shoot stab attack massacre terrorist",
    "S2": "steal fraud counterfeit launder smuggle ransomware hack phishing",
    "S9": "nerve-agent anthrax sarin nuclear-weapon bioweapon",
    "S11": "suicide self-harm overdose",
    "S12": "porn nude erotic",
}
"""Words that stand for a few of Llama Guard's hazards, so that both verdicts can be met."""
_HAZARD_OF = {word: code for code, words in _HAZARDS.items() for word in words.split()}
_GUARD: Schema = fields(
    "messages",
    messages=listed(
        fields("role", "content", role=choice("user", "assistant"), content=text(least=1)), least=1
    ),
    response_format=fields(type=text()),
)


async def guard(task: Task) -> Reply:
    """The verdict on the last message, as text or, when asked, as JSON."""
    body = checked(task, _GUARD)
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", body["messages"][-1]["content"].lower())
    met = sorted({_HAZARD_OF[word] for word in words if word in _HAZARD_OF}, key=lambda code: int(code[1:]))
    as_text = f"unsafe\n{','.join(met)}" if met else "safe"
    as_json: Mapping[str, Any] = {"safe": not met, "categories": met}
    wants_json = body.get("response_format", {}).get("type") == "json_object"
    into, out = sum(count(each["content"]) + 4 for each in body["messages"]), count(as_text)
    usage = {"prompt_tokens": into, "completion_tokens": out, "total_tokens": into + out}
    made = Made(used={"per M input tokens": into / 1e6, "per M output tokens": out / 1e6})
    return told(task, {"response": as_json if wants_json else as_text, "usage": usage}, made)


def _made(given: Sequence[str], written: Sequence[str] = ()) -> Made:
    into, out = (sum(map(count, texts)) / 1_000_000 for texts in (given, written))
    return Made(used={"per M input tokens": into, "per M output tokens": out})
