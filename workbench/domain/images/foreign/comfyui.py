"""ComfyUI's graph: “prompt” is what ran (nodes with inputs, a link is [node, output]), “workflow” what was on the canvas.

Settings are found by following links back from the picture that was saved: to the sampler, and from it to the texts, the model and
the size. With several passes the first one counts: it made the composition, and later ones only refine it.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from workbench.domain.images.foreign.comfyui_canvas import nodes_on_canvas
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

NAME = "ComfyUI"
KEYWORD, CANVAS_KEYWORD = "prompt", "workflow"
_GUIDANCE_MOST = 1000
_MOST_NODES, _MOST_PASSES, _FARTHEST_VALUE = 1000, 8, 12
_TEXT_INPUTS = ("text", "t5xxl", "text_g", "text_l", "clip_l", "prompt", "string", "value")
_HOLDERS = ("value", "int", "float", "string", "text", "seed", "number", "Value")
_MODEL_INPUTS = ("ckpt_name", "unet_name", "model_name", "gguf_name", "base_ckpt_name")
_SEED_INPUTS = ("seed", "noise_seed")
_NEUTRAL = {"CLIPTextEncode", "SaveImage", "PreviewImage", "VAEDecode", "VAEDecodeTiled", "LoadImage"}


@dataclass(frozen=True, slots=True)
class _Node:
    id: str
    kind: str
    inputs: Mapping[str, Any]


class _Graph:
    def __init__(self, nodes: Mapping[str, _Node]) -> None:
        self.nodes = nodes

    def behind(self, node: _Node | None, name: str) -> _Node | None:
        """The node that feeds an input; None where the input holds a value or nothing."""
        link = node.inputs.get(name) if node else None
        if isinstance(link, list) and len(link) == 2 and isinstance(link[0], str | int):
            return self.nodes.get(str(link[0]))
        return None

    def back(self, start: _Node | None, *, only: str = "", but: str = "") -> Iterator[_Node]:
        """start and all that feeds it, nearest first, each once; through inputs of one name only, or of all names but one."""
        waiting, seen = deque([start] if start else []), {start.id} if start else set()
        while waiting:
            node = waiting.popleft()
            yield node
            for name in node.inputs:
                if (only and name not in (only, "")) or (
                    but and name == but
                ):  # a bend in a wire has no name for its input
                    continue
                feeder = self.behind(node, name)
                if feeder and feeder.id not in seen:
                    seen.add(feeder.id)
                    waiting.append(feeder)

    def value(self, node: _Node | None, *names: str) -> Any:
        """The first of these inputs that has a value, be it through a node that only holds one."""
        for name in names:
            if node is None or name not in node.inputs:
                continue
            feeder = self.behind(node, name)
            if feeder is None:
                if not isinstance(node.inputs[name], list | dict):
                    return node.inputs[name]
                continue
            for holder in islice(self.back(feeder), _FARTHEST_VALUE):
                for key in (name, *_HOLDERS):
                    held = holder.inputs.get(key)
                    if held is not None and not isinstance(held, list | dict):
                        return held
        return None


def read(texts: Mapping[str, str]) -> Recipe | None:
    """texts: of the file, by keyword. None where there is no graph with a sampler in it."""
    graph = _graph(_parsed(texts.get(KEYWORD, "")))
    if graph is None or not _samplers(graph):
        graph = _graph(nodes_on_canvas(_parsed(texts.get(CANVAS_KEYWORD, ""))))
    if graph is None:
        return None
    passes = _passes(graph)
    return _recipe(graph, passes) if passes else None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _graph(found: Any) -> _Graph | None:
    if not isinstance(found, dict) or len(found) > _MOST_NODES:
        return None
    nodes = {}
    for key, node in found.items():
        if isinstance(node, dict) and isinstance(node.get("class_type"), str):
            inputs = node.get("inputs")
            nodes[str(key)] = _Node(
                str(key), clean(node["class_type"]), inputs if isinstance(inputs, dict) else {}
            )
    return _Graph(nodes) if nodes else None


def _is_sampler(node: _Node) -> bool:
    names = node.inputs.keys()
    return "latent_image" in names and ("guider" in names or "positive" in names)


def _samplers(graph: _Graph) -> list[_Node]:
    return [node for node in graph.nodes.values() if _is_sampler(node)]


def _passes(graph: _Graph) -> list[_Node]:
    """The samplers that made the saved picture, the first pass first."""
    every = _samplers(graph)
    ends = [node for node in graph.nodes.values() if node.kind.startswith(("Save", "Preview"))]
    ends.sort(key=lambda node: not node.kind.startswith("Save"))
    last = next((found for end in ends for found in graph.back(end) if _is_sampler(found)), None)
    if last is None:
        return every[:1]
    chain, ids = [last], {last.id}
    while len(chain) < _MOST_PASSES:
        behind = graph.behind(chain[-1], "latent_image")
        earlier = next(
            (node for node in graph.back(behind) if _is_sampler(node) and node.id not in ids), None
        )
        if earlier is None:
            break
        chain.append(earlier)
        ids.add(earlier.id)
    return chain[::-1]


def _recipe(graph: _Graph, passes: list[_Node]) -> Recipe:
    first = passes[0]
    guider = graph.behind(first, "guider")
    sigmas = graph.behind(first, "sigmas")
    asks = guider or first
    positive = graph.behind(asks, "positive") or graph.behind(asks, "conditioning")
    seed = whole(graph.value(first, *_SEED_INPUTS), 0, MAX_SEED)
    if seed is None:
        seed = whole(graph.value(graph.behind(first, "noise"), *_SEED_INPUTS), 0, MAX_SEED)
    steps = whole(graph.value(first, "steps"), 1, MAX_STEPS) or whole(
        graph.value(sigmas, "steps"), 1, MAX_STEPS
    )
    width, height, source = _size(graph, first)
    denoise = real(graph.value(first, "denoise"), 0, 1)
    if denoise is None:
        denoise = real(graph.value(sigmas, "denoise"), 0, 1)
    settings = ImageSettings(
        prompt=_text(graph, positive, "positive", but="negative"),
        negative_prompt=_text(graph, graph.behind(asks, "negative"), "negative", but="positive"),
        width=width,
        height=height,
        steps=steps,
        guidance=_guidance(graph, first, guider, positive),
        seed=seed,
        strength=denoise if source and denoise is not None and denoise < 1 else None,
    )
    models = list(graph.back(graph.behind(asks, "model") or graph.behind(first, "model"), only="model"))
    return Recipe(NAME, _model(graph, models), settings, _leftovers(graph, passes, models, source))


def _text(graph: _Graph, start: _Node | None, side: str, *, but: str) -> str:
    """The texts of the encoders that feed one side; several are joined, as their conditionings are."""
    texts: list[str] = []
    for node in graph.back(start, but=but):
        if node.kind == "ConditioningZeroOut":
            break
        if _is_sampler(node) or ("clip" not in node.inputs and node is not start):
            continue
        for name in (*_TEXT_INPUTS, side):
            text = clean(graph.value(node, name)).strip() if name in node.inputs else ""
            if text and text not in texts:
                texts.append(text)
    return "\n".join(texts)


def _guidance(graph: _Graph, first: _Node, guider: _Node | None, positive: _Node | None) -> float | None:
    """FLUX has its guidance beside the text, and its cfg stays at 1."""
    for node in graph.back(positive):
        if "guidance" in node.inputs:
            return real(graph.value(node, "guidance"), 0, _GUIDANCE_MOST)
    return real(graph.value(guider or first, "cfg"), 0, _GUIDANCE_MOST)


def _size(graph: _Graph, first: _Node) -> tuple[int | None, int | None, str]:
    """Width, height, and the name of the file it started from, where it did."""
    source = ""
    size: tuple[int | None, int | None] = None, None
    for node in graph.back(graph.behind(first, "latent_image")):
        if node.kind.startswith("LoadImage"):
            source = source or clean(graph.value(node, "image"))
        width = whole(graph.value(node, "width"), 1, MAX_SIDE)
        height = whole(graph.value(node, "height"), 1, MAX_SIDE)
        if width and height and size == (None, None):
            size = width, height
    return *size, source


def _model(graph: _Graph, nodes: list[_Node]) -> str:
    for node in nodes:
        name = clean(graph.value(node, *_MODEL_INPUTS))
        if name and "lora_name" not in node.inputs:
            return name.replace("\\", "/").rpartition("/")[2].removesuffix(".safetensors")
    return ""


def _leftovers(
    graph: _Graph, passes: list[_Node], models: list[_Node], source: str
) -> tuple[tuple[str, str], ...]:
    left = Leftovers()
    first = passes[0]
    left.add(
        "sampler_name",
        graph.value(first, "sampler_name") or graph.value(graph.behind(first, "sampler"), "sampler_name"),
    )
    left.add(
        "scheduler",
        graph.value(first, "scheduler") or graph.value(graph.behind(first, "sigmas"), "scheduler"),
    )
    for node in models:
        if "lora_name" in node.inputs:
            weight = real(graph.value(node, "strength_model", "strength"), -100, 100)
            name = clean(graph.value(node, "lora_name"))
            left.add("LoRA", name if weight is None else f"{name} ({weight:g})")
    left.add("image", source)
    reached = {node.id for each in passes for node in graph.back(each)}
    used = {node.id for node in models} | {node.id for node in passes}
    kinds: list[str] = []
    for node in (graph.nodes[key] for key in graph.nodes if key in reached):
        left.add("clip skip", graph.value(node, "stop_at_clip_layer"))
        left.add("vae_name", graph.value(node, "vae_name"))
        left.add("control_net_name", graph.value(node, "control_net_name"))
        batch = whole(graph.value(node, "batch_size"), 2, 10_000)
        left.add("batch_size", batch)
        if node.id not in used and node.kind not in _NEUTRAL and "Latent" not in node.kind:
            kinds.append(node.kind)
    for number, later in enumerate(passes[1:], start=2):
        told = (("seed", _SEED_INPUTS), ("steps", ("steps",)), ("cfg", ("cfg",)), ("denoise", ("denoise",)))
        said = {label: graph.value(later, *names) for label, names in told}
        left.add(f"pass {number}", {label: value for label, value in said.items() if value is not None})
    left.add("nodes", sorted(set(kinds)))
    return left.all()
