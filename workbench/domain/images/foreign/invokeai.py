"""InvokeAI's three ways through its years: “invokeai_metadata” (JSON), “sd-metadata” (JSON), “Dream” (a command line)."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

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

NAME = "InvokeAI"
KEYWORD, OLDER_KEYWORD, OLDEST_KEYWORD = "invokeai_metadata", "sd-metadata", "Dream"
_GUIDANCE_MOST = 1000
_LONGEST_COMMAND = 100_000
_HANDLED = frozenset(
    (
        "app_version", "positive_prompt", "negative_prompt", "model", "width", "height", "seed", "steps", "cfg_scale",
        "guidance", "strength", "loras", "generation_mode",
    )
)  # fmt: skip
_OLDER_HANDLED = frozenset(
    (
        "prompt",
        "width",
        "height",
        "seed",
        "steps",
        "cfg_scale",
        "strength",
        "type",
        "postprocessing",
        "variations",
    )
)
_NEGATIVE = re.compile(r"\[([^\[\]]*)\]")
_SWITCHES = {
    "-s": "steps", "--steps": "steps", "-S": "seed", "--seed": "seed", "-W": "width", "--width": "width", "-H": "height",
    "--height": "height", "-C": "cfg_scale", "--cfg_scale": "cfg_scale", "-A": "sampler", "--sampler": "sampler",
    "-f": "strength", "--strength": "strength", "-I": "init image", "--init_img": "init image",
}  # fmt: skip
_TAKEN = frozenset(("steps", "seed", "width", "height", "cfg_scale", "strength", "sampler"))
_GLUED = re.compile(r"[\d.]+|k_\w+|ddim|plms")


def read(texts: Mapping[str, str]) -> Recipe | None:
    """texts: of the file, by keyword. None where none of the three is among them."""
    newest = _object(texts.get(KEYWORD, ""))
    if newest:
        return _newest(newest)
    older = _object(texts.get(OLDER_KEYWORD, ""))
    if older and (recipe := _older(older)) is not None:
        return recipe
    command = texts.get(OLDEST_KEYWORD, "")
    return _dream(command) if command else None


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _newest(found: dict[str, Any]) -> Recipe:
    leftovers = Leftovers()
    guidance = found.get("cfg_scale")
    if real(found.get("guidance"), 0, _GUIDANCE_MOST) is not None:  # FLUX: its cfg_scale stays at 1
        guidance = found["guidance"]
    settings = _settings(found, found.get("positive_prompt"), found.get("negative_prompt"), guidance)
    loras = found.get("loras")
    for entry in loras if isinstance(loras, list) else ():
        if isinstance(entry, dict):
            name = _model_name(entry.get("model") or entry.get("lora"))
            weight = real(entry.get("weight"), -100, 100)
            leftovers.add("LoRA", name if weight is None else f"{name} ({weight:g})")
    for key, value in found.items():
        if key not in _HANDLED and not (key == "clip_skip" and value == 0):
            leftovers.add(key.replace("_", " "), value)
    version = clean(found.get("app_version"))
    return Recipe(f"{NAME} {version}".strip(), _model_name(found.get("model")), settings, leftovers.all())


def _older(found: dict[str, Any]) -> Recipe | None:
    image = found.get("image")
    if not isinstance(image, dict):
        images = found.get("images")
        image = images[0] if isinstance(images, list) and images and isinstance(images[0], dict) else None
    if image is None:
        return None
    prompt, negative = _split(_older_prompt(image.get("prompt")))
    leftovers = Leftovers()
    for key, value in image.items():
        if key not in _OLDER_HANDLED:
            leftovers.add(key.replace("_", " "), value)
    leftovers.add("model hash", found.get("model_hash"))
    version = clean(found.get("app_version")).removeprefix("v")
    model = clean(found.get("model_weights")) or clean(found.get("model"))
    settings = _settings(image, prompt, negative, image.get("cfg_scale"))
    return Recipe(f"{NAME} {version}".strip(), model, settings, leftovers.all())


def _older_prompt(value: Any) -> str:
    """A text, or parts with their weights."""
    if isinstance(value, list):
        return ", ".join(clean(part.get("prompt")) for part in value if isinstance(part, dict))
    return clean(value)


def _dream(command: str) -> Recipe | None:
    if len(command) > _LONGEST_COMMAND:
        return None
    try:
        words = shlex.split(clean(command), posix=True)
    except ValueError:  # an apostrophe in a prompt without quotation marks
        words = clean(command).split()
    values: dict[str, Any] = {}
    others: dict[str, list[str]] = {}
    prompt: list[str] = []
    into = prompt
    for word in words:
        switch, glued = _switch(word)
        if glued:
            values.setdefault(switch, glued)
        elif switch:
            into = others.setdefault(switch, [])
        else:
            into.append(word)
    leftovers = Leftovers()
    for switch, given in others.items():
        if switch in _TAKEN:
            values.setdefault(switch, " ".join(given))
        else:
            leftovers.add(switch, " ".join(given) or True)
    leftovers.add("sampler", values.get("sampler"))
    wanted, negative = _split(" ".join(prompt))
    if not wanted:
        return None
    return Recipe(NAME, "", _settings(values, wanted, negative, values.get("cfg_scale")), leftovers.all())


def _switch(word: str) -> tuple[str, str]:
    """What “-s”, “-s50” or “--steps=50” sets, and the value where it is glued to it; "", "" for a word that is no switch."""
    if not re.match(r"--?[A-Za-z]", word):
        return "", ""
    if word in _SWITCHES:
        return _SWITCHES[word], ""
    name, equals, value = word.partition("=")
    if equals:
        return _SWITCHES.get(name, name.lstrip("-").replace("_", " ")), value
    if word[:2] in _SWITCHES and _GLUED.fullmatch(word[2:]):
        return _SWITCHES[word[:2]], word[2:]
    return word.lstrip("-").replace("_", " "), ""


def _split(prompt: str) -> tuple[str, str]:
    """In the older ones what is not wanted stands in brackets within the prompt."""
    unwanted = ", ".join(part.strip() for part in _NEGATIVE.findall(prompt) if part.strip())
    return re.sub(r" {2,}", " ", _NEGATIVE.sub("", prompt)).strip(), unwanted


def _settings(found: Mapping[str, Any], prompt: Any, negative: Any, guidance: Any) -> ImageSettings:
    width, height = whole(found.get("width"), 1, MAX_SIDE), whole(found.get("height"), 1, MAX_SIDE)
    return ImageSettings(
        prompt=clean(prompt),
        negative_prompt=clean(negative),
        width=width if width and height else None,
        height=height if width and height else None,
        steps=whole(found.get("steps"), 1, MAX_STEPS),
        guidance=real(guidance, 0, _GUIDANCE_MOST),
        seed=whole(found.get("seed"), 0, MAX_SEED),
        strength=real(found.get("strength"), 0, 1),
    )


def _model_name(value: Any) -> str:
    if isinstance(value, dict):
        return clean(value.get("name")) or clean(value.get("model_name"))
    return clean(value)
