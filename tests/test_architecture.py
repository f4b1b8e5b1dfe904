"""The layers hold: imports only point left (README, "Where things live")."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "workbench"
LAYERS = {
    "domain": set(),
    "client": {"domain"},
    "routing": {"domain"},
    "vectors": {"domain"},
    "storage": {"domain"},
    "gateway": {"domain", "client", "routing", "storage"},
    "services": {"domain", "client", "routing", "vectors", "storage"},
    "ui": {"domain", "services"},
}
TOP = {"app", "cli", "desks", "selftest", "wiring", "__main__", "__init__"}
AT_HOME = {  # a library, and the only places that may know it
    "httpx": {"client"},
    "aiohttp": {"gateway/providers/upstream.py"},
    "sqlite3": {"storage"},
    "keyring": {"storage"},
    "platformdirs": {"storage"},
    "uvicorn": {"gateway"},
    "PySide6": {"ui", "app.py", "selftest.py"},
    "qasync": {"ui", "app.py", "selftest.py"},
    "markdown_it": {"ui"},
    "pygments": {"ui"},
    "numpy": {
        "routing",
        "vectors",
        "services/embeddings",
        "services/speech/loudness.py",
        "services/speech/resampling.py",
    },
}
MODULES = sorted(ROOT.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_its_left(path: Path) -> None:
    if layer(path) in TOP:
        return
    allowed = LAYERS[layer(path)] | {layer(path)}
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "workbench" and len(parts) > 1:
            assert parts[1] in allowed, f"{path} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_library_is_known_only_where_it_is_at_home(path: Path) -> None:
    inside = path.relative_to(ROOT).as_posix()
    for name in imported(path):
        homes = AT_HOME.get(name.split(".")[0])
        if homes is not None:
            assert any(inside == home or inside.startswith(f"{home}/") for home in homes), (
                f"{path} imports {name}"
            )


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if p.name == "model.py" and layer(p) == "ui"],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_a_tab_model_knows_qtcore_only(path: Path) -> None:
    for name in imported(path):
        if name.startswith("PySide6"):
            assert name == "PySide6.QtCore", f"{path} imports {name}"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if layer(p) == "ui"], ids=lambda p: str(p.relative_to(ROOT))
)
def test_one_tab_does_not_import_another(path: Path) -> None:
    shared = {"support"}
    parts = path.relative_to(ROOT).parts
    here = parts[1] if len(parts) > 2 else ""
    for name in imported(path):
        pieces = name.split(".")
        if pieces[:2] == ["workbench", "ui"] and len(pieces) > 2 and here not in ("", "shell"):
            assert pieces[2] in shared | {here}, f"{path} imports {name}"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if layer(p) != "vectors"], ids=lambda p: str(p.relative_to(ROOT))
)
def test_vectors_are_imported_only_where_they_are_used(path: Path) -> None:
    """They bring NumPy along: inside of functions, or for the types alone."""
    late = ("workbench.vectors", "numpy") if "embeddings" in path.parts else ("workbench.vectors",)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith(late), f"{path} imports {node.module}"
        elif isinstance(node, ast.Import):
            assert not any(alias.name.startswith(late) for alias in node.names), path


def test_domain_needs_the_standard_library_only() -> None:
    import sys

    for path in (ROOT / "domain").rglob("*.py"):
        for name in imported(path):
            top = name.split(".")[0]
            assert top in {"workbench", "__future__"} or top in sys.stdlib_module_names, (
                f"{path} imports {name}"
            )
