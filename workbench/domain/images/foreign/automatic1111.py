"""AUTOMATIC1111's text: the prompt, “Negative prompt: …”, and a line of “Steps: 20, Sampler: Euler a, …”.

It is PNG text under the keyword “parameters” and the Exif user comment of other files. Forge, SD.Next and many others write it, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from workbench.domain.images.recipe import (
    MAX_SEED,
    MAX_SIDE,
    MAX_STEPS,
    Leftovers,
    Recipe,
    clean,
    real,
    whole,
)
from workbench.domain.images.settings import ImageSettings

NAME = "AUTOMATIC1111"
KEYWORD = "parameters"
_NEGATIVE = "Negative prompt:"
_FEWEST_PAIRS = 3
"""That program itself takes a line for settings from three pairs on."""
_EXTRA_NETWORK = re.compile(r"<(lora|lyco|hypernet):([^<>]{1,200})>", re.IGNORECASE)
_NETWORKS = {"lora": "LoRA", "lyco": "LyCORIS", "hypernet": "Hypernetwork"}
_SIZE = re.compile(r"(\d{1,6})\s*x\s*(\d{1,6})")
_GUIDANCE_MOST = 1000
_LONGEST_LINE, _LONGEST_NAME, _MOST_PAIRS = 65_536, 60, 200
_JSON = json.JSONDecoder()
_HIGH_RESOLUTION = ("Hires upscale", "Hires resize", "Hires upscaler")


def read(text: str) -> Recipe | None:
    """None for a text that is not written that way."""
    if text.lstrip().startswith(("{", "[")):  # others keep JSON under the same keyword
        return None
    lines = clean(text).replace("\r\n", "\n").strip().split("\n")
    at, pairs = _settings_line(lines)
    prompt, negative = _prompts(lines[:at])
    if not pairs and not prompt:
        return None
    leftovers = Leftovers()
    known = dict(reversed(pairs))  # the first of a name holds
    made_by = f"{NAME} {known['Version']}" if "Version" in known else NAME
    settings, used = _settings(known, _without_networks(prompt, leftovers), negative)
    for name, value in pairs:
        if name not in used:
            leftovers.add(name, value)
    for line in lines[at + 1 :]:
        name, colon, value = line.partition(":")
        leftovers.add(name if colon else "Notes", value if colon else line)
    return Recipe(made_by, known.get("Model", ""), settings, leftovers.all())


def written(settings: ImageSettings, model: str, size: tuple[int, int], made_by: str) -> str:
    """The text, such as AUTOMATIC1111 and what reads its files understand. size: of the picture itself."""
    pairs: list[tuple[str, object]] = [
        ("Steps", settings.steps),
        ("CFG scale", None if settings.guidance is None else f"{settings.guidance:g}"),
        ("Seed", settings.seed),
        ("Size", f"{size[0]}x{size[1]}"),
        ("Model", model or "unknown"),
        ("Denoising strength", None if settings.strength is None else f"{settings.strength:g}"),
        ("Generator", made_by),
    ]
    lines = [settings.prompt]
    if settings.negative_prompt:
        lines.append(f"{_NEGATIVE} {settings.negative_prompt}")
    lines.append(", ".join(f"{name}: {_quoted(str(value))}" for name, value in pairs if value is not None))
    return "\n".join(lines)


def _settings_line(lines: list[str]) -> tuple[int, list[tuple[str, str]]]:
    """Where the settings stand, and they; behind the last line where there are none."""
    second_choice: tuple[int, list[tuple[str, str]]] | None = None
    for at in range(len(lines) - 1, -1, -1):
        pairs = _pairs(lines[at])
        if len(pairs) >= _FEWEST_PAIRS:
            if any(name == "Steps" for name, _ in pairs):
                return at, pairs
            if second_choice is None and at == len(lines) - 1:
                second_choice = at, pairs
    return second_choice or (len(lines), [])


def _prompts(lines: Iterable[str]) -> tuple[str, str]:
    prompt: list[str] = []
    negative: list[str] = []
    into = prompt
    for line in lines:
        line = line.strip()
        if line.startswith(_NEGATIVE) and into is prompt:
            into, line = negative, line[len(_NEGATIVE) :].strip()
        into.append(line)
    return "\n".join(prompt), "\n".join(negative)


def _settings(known: dict[str, str], prompt: str, negative: str) -> tuple[ImageSettings, set[str]]:
    """used: the names that found their place."""
    used = {"Version", "Model", "Generator"}
    size = _SIZE.fullmatch(known.get("Size", ""))
    width = whole(size[1], 1, MAX_SIDE) if size else None
    height = whole(size[2], 1, MAX_SIDE) if size else None
    values = {
        "Size": width and height,
        "Steps": (steps := whole(known.get("Steps"), 1, MAX_STEPS)),
        "CFG scale": (guidance := real(known.get("CFG scale"), 0, _GUIDANCE_MOST)),
        "Seed": (seed := whole(known.get("Seed"), 0, MAX_SEED)),
        "Denoising strength": (strength := real(known.get("Denoising strength"), 0, 1)),
    }
    if any(name in known for name in _HIGH_RESOLUTION):  # then it is that second pass's strength
        strength = values["Denoising strength"] = None
    settings = ImageSettings(
        prompt=prompt,
        negative_prompt=negative,
        width=width if width and height else None,
        height=height if width and height else None,
        steps=steps,
        guidance=guidance,
        seed=seed,
        strength=strength,
    )
    return settings, used | {name for name, value in values.items() if value is not None}


def _without_networks(prompt: str, leftovers: Leftovers) -> str:
    """“<lora:name:0.8>” in a prompt is a command to that program, not words for a model."""
    found = False
    for kind, what in _EXTRA_NETWORK.findall(prompt):
        name, _, weight = what.partition(":")
        leftovers.add(_NETWORKS[kind.lower()], f"{name} ({weight})" if weight else name)
        found = True
    if not found:
        return prompt
    bare = _EXTRA_NETWORK.sub("", prompt)
    bare = re.sub(r" {2,}", " ", bare)
    return re.sub(r"(, ?){2,}", ", ", bare).strip(" ,\n")


def _pairs(line: str) -> list[tuple[str, str]]:
    """“name: value” between commas; a value that is JSON (a text in quotation marks, an object) may hold commas."""
    pairs: list[tuple[str, str]] = []
    if len(line) > _LONGEST_LINE:
        return pairs
    at = 0
    while (colon := line.find(":", at)) >= 0:
        name = line[at:colon].rpartition(",")[2].strip()
        start = colon + 1
        while line[start : start + 1] == " ":
            start += 1
        end = _end_of_json(line, start)
        if end < 0:
            end = line.find(",", start)
            end = len(line) if end < 0 else end
        if name and len(name) <= _LONGEST_NAME:
            pairs.append((name, _unquoted(line[start:end].strip())))
        after = line.find(",", end)
        if after < 0 or len(pairs) >= _MOST_PAIRS:
            break
        at = after + 1
    return pairs


def _end_of_json(line: str, start: int) -> int:
    """Where a JSON value ends; -1 where none stands there, or more than a comma follows it."""
    if line[start : start + 1] not in ('"', "{", "["):
        return -1
    try:
        _, end = _JSON.raw_decode(line, start)
    except (ValueError, RecursionError):
        return -1
    return end if line[end : end + 100].lstrip(" ")[:1] in ("", ",") else -1


def _unquoted(value: str) -> str:
    if len(value) < 2 or not (value.startswith('"') and value.endswith('"')):
        return value
    try:
        text = json.loads(value)
    except ValueError:
        return value
    return clean(text)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if any(mark in value for mark in ',:"\n') else value
