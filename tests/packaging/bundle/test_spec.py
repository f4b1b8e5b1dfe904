"""packaging/bundle/ai-workbench.spec: it can be read here, and names what is there. Only a build shows more."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[3]
SPEC = ROOT / "packaging" / "bundle" / "ai-workbench.spec"


def test_what_it_imports_of_ours_is_there() -> None:
    import bundle.contents
    import bundle.libraries

    tree = ast.parse(SPEC.read_text(encoding="utf-8"))
    ours = {"bundle.contents": bundle.contents, "bundle.libraries": bundle.libraries}
    taken = {
        node.module: [alias.name for alias in node.names]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ours
    }
    assert taken.keys() == ours.keys()
    for module, names in taken.items():
        for name in names:
            assert hasattr(ours[module], name)


def test_the_files_it_takes_are_there() -> None:
    text = SPEC.read_text(encoding="utf-8")
    assert '"start.py"' in text
    assert (SPEC.parent / "start.py").exists()
    assert (ROOT / "resources").is_dir()
    assert (ROOT / "LICENSE").is_file()
