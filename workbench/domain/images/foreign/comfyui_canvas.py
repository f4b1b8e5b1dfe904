"""ComfyUI's canvas (“workflow”), read as the graph that would run. Nodes we do not know keep their links and lose their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_AFTER_SEED = "control_after_generate"
_WIDGETS: Mapping[str, tuple[str, ...]] = {
    "KSampler": ("seed", _AFTER_SEED, "steps", "cfg", "sampler_name", "scheduler", "denoise"),
    "KSamplerAdvanced": (
        "add_noise", "noise_seed", _AFTER_SEED, "steps", "cfg", "sampler_name", "scheduler", "start_at_step",
        "end_at_step", "return_with_leftover_noise",
    ),
    "SamplerCustom": ("add_noise", "noise_seed", _AFTER_SEED, "cfg"),
    "RandomNoise": ("noise_seed", _AFTER_SEED),
    "KSamplerSelect": ("sampler_name",),
    "BasicScheduler": ("scheduler", "steps", "denoise"),
    "Flux2Scheduler": ("steps", "width", "height"),
    "CFGGuider": ("cfg",),
    "FluxGuidance": ("guidance",),
    "CLIPTextEncode": ("text",),
    "CLIPTextEncodeFlux": ("clip_l", "t5xxl", "guidance"),
    "CLIPTextEncodeSDXL": ("width", "height", "crop_w", "crop_h", "target_width", "target_height", "text_g", "text_l"),
    "CLIPSetLastLayer": ("stop_at_clip_layer",),
    "CheckpointLoaderSimple": ("ckpt_name",),
    "UNETLoader": ("unet_name", "weight_dtype"),
    "UnetLoaderGGUF": ("unet_name",),
    "VAELoader": ("vae_name",),
    "LoraLoader": ("lora_name", "strength_model", "strength_clip"),
    "LoraLoaderModelOnly": ("lora_name", "strength_model"),
    "ControlNetLoader": ("control_net_name",),
    "EmptyLatentImage": ("width", "height", "batch_size"),
    "EmptySD3LatentImage": ("width", "height", "batch_size"),
    "EmptyFlux2LatentImage": ("width", "height", "batch_size"),
    "LatentUpscale": ("upscale_method", "width", "height", "crop"),
    "LoadImage": ("image",),
    "PrimitiveNode": ("value",),
    "PrimitiveInt": ("value",),
    "PrimitiveFloat": ("value",),
    "PrimitiveString": ("value",),
    "PrimitiveStringMultiline": ("value",),
    "Reroute": (),
}  # fmt: skip
"""What the values of a node's own fields are called, in the order the canvas writes them."""


def nodes_on_canvas(canvas: Any) -> dict[str, Any]:
    """In the shape of “prompt”: id → {class_type, inputs}. Empty for what is no canvas; muted nodes are left out."""
    if not isinstance(canvas, dict):
        return {}
    links = _links(canvas.get("links"))
    found: dict[str, Any] = {}
    nodes = canvas.get("nodes")
    for node in nodes if isinstance(nodes, list) else ():
        if not isinstance(node, dict) or not isinstance(node.get("type"), str) or node.get("mode") in (2, 4):
            continue
        found[str(node.get("id"))] = {"class_type": node["type"], "inputs": _inputs(node, links)}
    return found


def _links(value: Any) -> dict[Any, list[Any]]:
    """Link id → [node, output]. A link is a list or, in newer files, an object."""
    found: dict[Any, list[Any]] = {}
    for link in value if isinstance(value, list) else ():
        if isinstance(link, list) and len(link) >= 3 and isinstance(link[0], int):
            found[link[0]] = [str(link[1]), link[2]]
        elif isinstance(link, dict) and isinstance(link.get("id"), int):
            found[link["id"]] = [str(link.get("origin_id")), link.get("origin_slot")]
    return found


def _inputs(node: dict[str, Any], links: dict[Any, list[Any]]) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    values = node.get("widgets_values")
    if isinstance(values, list):
        inputs.update(zip(_WIDGETS.get(node["type"], ()), values, strict=False))
    elif isinstance(values, dict):
        inputs.update(values)
    slots = node.get("inputs")
    for slot in slots if isinstance(slots, list) else ():
        if isinstance(slot, dict) and isinstance(slot.get("name"), str):
            link = slot.get("link")
            if isinstance(link, int) and link in links:
                inputs[slot["name"]] = links[link]
    return inputs
