from __future__ import annotations

import json
from typing import Any

from workbench.domain.images.foreign.comfyui import read
from workbench.domain.images.recipe import Recipe
from workbench.domain.images.settings import ImageSettings


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def recipe(**nodes: Any) -> Recipe:
    found = read({"prompt": json.dumps({name.lstrip("n"): each for name, each in nodes.items()})})
    assert found is not None
    return found


SAMPLER = node(
    "KSampler", seed=1071208483241017, steps=30, cfg=5.5, sampler_name="euler", scheduler="karras", denoise=1,
    model=["4", 0], positive=["6", 0], negative=["7", 0], latent_image=["5", 0],
)  # fmt: skip
SIMPLE = {
    "n3": SAMPLER,
    "n4": node("CheckpointLoaderSimple", ckpt_name="xl\\juggernaut.safetensors"),
    "n5": node("EmptyLatentImage", width=1024, height=768, batch_size=1),
    "n6": node("CLIPTextEncode", text="a fox", clip=["4", 1]),
    "n7": node("CLIPTextEncode", text="blurry", clip=["4", 1]),
    "n8": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
    "n9": node("SaveImage", images=["8", 0], filename_prefix="x"),
}
FOUND = ImageSettings("a fox", "blurry", 1024, 768, steps=30, guidance=5.5, seed=1071208483241017)


def test_a_simple_graph_is_read() -> None:
    found = recipe(**SIMPLE)
    assert (found.made_by, found.model, found.settings) == ("ComfyUI", "juggernaut", FOUND)
    assert found.leftovers == (("sampler_name", "euler"), ("scheduler", "karras"))


def test_loras_clip_skip_and_unknown_nodes_are_told_by_name() -> None:
    found = recipe(
        **SIMPLE
        | {
            "n3": node("KSampler", **SAMPLER["inputs"] | {"model": ["11", 0]}),
            "n6": node("CLIPTextEncode", text=["12", 0], clip=["10", 0]),
            "n10": node("CLIPSetLastLayer", stop_at_clip_layer=-2, clip=["11", 1]),
            "n11": node("LoraLoader", lora_name="ink.safetensors", strength_model=0.8, strength_clip=1, model=["4", 0], clip=["4", 1]),
            "n12": node("StringConstant", string="a red fox"),
            "n5": node("EmptyLatentImage", width=["13", 0], height=768, batch_size=4),
            "n13": node("PrimitiveInt", value=896),
        }
    )  # fmt: skip
    assert found.model == "juggernaut"
    assert (found.settings.prompt, found.settings.width) == ("a red fox", 896)
    assert dict(found.leftovers) == {
        "sampler_name": "euler",
        "scheduler": "karras",
        "LoRA": "ink.safetensors (0.8)",
        "clip skip": "-2",
        "batch_size": "4",
        "nodes": "CLIPSetLastLayer, PrimitiveInt, StringConstant",
    }


def test_of_two_passes_the_first_counts_and_the_second_is_told() -> None:
    found = recipe(
        **SIMPLE
        | {
            "n8": node("VAEDecode", samples=["21", 0], vae=["4", 2]),
            "n20": node("LatentUpscale", samples=["3", 0], width=2048, height=1536),
            "n21": node(
                "KSampler", **SAMPLER["inputs"] | {"seed": 7, "denoise": 0.5, "latent_image": ["20", 0]}
            ),
        }
    )
    assert found.settings == FOUND
    assert ("pass 2", "seed: 7, steps: 30, cfg: 5.5, denoise: 0.5") in found.leftovers


def test_flux_is_read_through_its_separate_nodes() -> None:
    found = recipe(
        n1=node("UNETLoader", unet_name="flux1-dev.safetensors", weight_dtype="default"),
        n2=node("DualCLIPLoader", clip_name1="t5.safetensors", clip_name2="l.safetensors"),
        n3=node("CLIPTextEncode", text="a fox", clip=["2", 0]),
        n4=node("FluxGuidance", guidance=3.5, conditioning=["3", 0]),
        n5=node("BasicGuider", model=["1", 0], conditioning=["4", 0]),
        n6=node("RandomNoise", noise_seed=99),
        n7=node("KSamplerSelect", sampler_name="euler"),
        n8=node("BasicScheduler", scheduler="simple", steps=20, denoise=1.0, model=["1", 0]),
        n9=node("EmptySD3LatentImage", width=1216, height=832, batch_size=1),
        n10=node("SamplerCustomAdvanced", noise=["6", 0], guider=["5", 0], sampler=["7", 0], sigmas=["8", 0], latent_image=["9", 0]),
        n11=node("VAEDecode", samples=["10", 0], vae=["12", 0]),
        n12=node("VAELoader", vae_name="ae.safetensors"),
        n13=node("SaveImage", images=["11", 0]),
    )  # fmt: skip
    assert found.model == "flux1-dev"
    assert found.settings == ImageSettings("a fox", "", 1216, 832, steps=20, guidance=3.5, seed=99)
    assert found.leftovers[:2] == (("sampler_name", "euler"), ("scheduler", "simple"))


def test_texts_are_not_mixed_up_where_a_node_carries_both_sides() -> None:
    found = recipe(
        **SIMPLE
        | {
            "n3": node("KSampler", **SAMPLER["inputs"] | {"positive": ["30", 0], "negative": ["30", 1]}),
            "n30": node("ControlNetApplyAdvanced", positive=["6", 0], negative=["7", 0], control_net=["31", 0], image=["32", 0]),
            "n31": node("ControlNetLoader", control_net_name="canny.safetensors"),
            "n32": node("LoadImage", image="lines.png"),
        }
    )  # fmt: skip
    assert (found.settings.prompt, found.settings.negative_prompt) == ("a fox", "blurry")
    assert ("control_net_name", "canny.safetensors") in found.leftovers


def test_image_to_image_has_a_strength_and_a_source_that_is_told() -> None:
    found = recipe(
        **SIMPLE
        | {
            "n3": node("KSampler", **SAMPLER["inputs"] | {"denoise": 0.6, "latent_image": ["40", 0]}),
            "n40": node("VAEEncode", pixels=["41", 0], vae=["4", 2]),
            "n41": node("ImageScale", image=["42", 0], width=640, height=960),
            "n42": node("LoadImage", image="holiday.png"),
        }
    )
    assert found.settings.strength == 0.6
    assert (found.settings.width, found.settings.height) == (640, 960)
    assert ("image", "holiday.png") in found.leftovers


def test_an_emptied_negative_is_no_negative_prompt() -> None:
    found = recipe(**SIMPLE | {"n7": node("ConditioningZeroOut", conditioning=["6", 0])})
    assert found.settings.negative_prompt == ""


def test_a_graph_that_runs_in_circles_ends() -> None:
    found = recipe(
        n1=node("KSampler", positive=["2", 0], negative=["2", 0], model=["2", 0], latent_image=["1", 0], seed=["2", 0]),
        n2=node("CLIPTextEncode", text=["2", 0], clip=["2", 0], model=["2", 0]),
    )  # fmt: skip
    assert found.settings == ImageSettings()


def test_not_a_number_is_read_over() -> None:
    text = json.dumps({name.lstrip("n"): each for name, each in SIMPLE.items()}).replace("5.5", "NaN")
    found = read({"prompt": text})
    assert found is not None
    assert found.settings.guidance is None


def test_without_what_ran_the_canvas_is_read() -> None:
    canvas = {
        "nodes": [
            {"id": 1, "type": "CheckpointLoaderSimple", "widgets_values": ["m.safetensors"], "inputs": []},
            {"id": 2, "type": "CLIPTextEncode", "widgets_values": ["a fox"], "inputs": [{"name": "clip", "link": 1}]},
            {"id": 3, "type": "CLIPTextEncode", "widgets_values": ["blurry"], "inputs": [{"name": "clip", "link": 1}]},
            {"id": 4, "type": "EmptyLatentImage", "widgets_values": [512, 768, 1]},
            {"id": 5, "type": "KSampler", "widgets_values": [11, "randomize", 25, 7, "euler", "normal", 1],
             "inputs": [{"name": "model", "link": 7}, {"name": "positive", "link": 3}, {"name": "negative", "link": 4},
                        {"name": "latent_image", "link": 5}]},
            {"id": 6, "type": "SaveImage", "inputs": [{"name": "images", "link": 6}]},
            {"id": 7, "type": "Reroute", "inputs": [{"name": "", "link": 2}]},
            {"id": 8, "type": "KSampler", "mode": 4, "widgets_values": [99], "inputs": []},
        ],
        "links": [[1, 1, 1, 2, 0, "CLIP"], [2, 1, 0, 7, 0, "MODEL"], [3, 2, 0, 5, 1, "C"], [4, 3, 0, 5, 2, "C"],
                  [5, 4, 0, 5, 3, "LATENT"], [7, 7, 0, 5, 0, "MODEL"],
                  {"id": 6, "origin_id": 5, "origin_slot": 0, "target_id": 6, "target_slot": 0}],
    }  # fmt: skip
    found = read({"workflow": json.dumps(canvas)})
    assert found is not None
    assert found.model == "m"
    assert found.settings == ImageSettings("a fox", "blurry", 512, 768, steps=25, guidance=7, seed=11)


def test_a_graph_without_a_sampler_is_no_recipe() -> None:
    assert read({"prompt": json.dumps({"1": node("LoadImage", image="x.png")})}) is None
    assert read({}) is None
