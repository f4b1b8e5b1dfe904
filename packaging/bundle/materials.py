"""The bill of materials of a bundle, as CycloneDX 1.6 has it: which parts, in which versions, on what terms.

It is made of the notices in the bundle, which are made of the files in it; what the package lock lists, it calls by its purl.
"""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import names

from bundle.build import INSIDE
from bundle.environment import LOCK

KIND = "cdx.json"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "ai-workbench.github.io")
_TEXT = "Text: "
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[\w.+!-]+)", re.MULTILINE)
_SPDX = frozenset(
    ("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "LGPL-2.1-or-later")
    + ("LGPL-3.0-only", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Zlib")
)
_LISTED_AS = {"Qt and PySide6": "pyside6-essentials"}
"""Notice -> the name in the lock."""
_BETWEEN = frozenset(("AND", "OR"))


def write_materials(root: Path, bundle: Path, out: Path) -> Path:
    """`{artifact}.cdx.json`, beside the packages in out; returns its path. root: the checkout that bundle was made of."""
    notices = json.loads((bundle / INSIDE / "resources" / "notices.json").read_text(encoding="utf-8"))
    locked = (root / LOCK).read_text(encoding="utf-8")
    path = out / names.artifact(KIND)
    draft = path.with_name(f"{path.name}.part")
    draft.write_text(json.dumps(materials(notices, locked), indent=1) + "\n", encoding="utf-8")
    os.replace(draft, path)
    return path


def materials(notices: list[dict[str, str]], locked: str) -> dict[str, object]:
    """The same notices, commit and version make the same words."""
    pins = {(_plain(found["name"]), found["version"]) for found in _PIN.finditer(locked)}
    own, *others = [_component(*part, pins) for notice in notices for part in _parts(notice)]
    made_of = sorted(str(one["bom-ref"]) for one in others)
    about = json.dumps([names.version(), names.commit(), names.system(), names.architecture(), others])
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, about)}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(names.source_date())),
            "component": {**own, "type": "application"},
            "properties": [
                {"name": f"{names.NAME}:system", "value": f"{names.system()}-{names.architecture()}"},
                {"name": f"{names.NAME}:commit", "value": names.commit()},
            ],
        },
        "components": others,
        "dependencies": [{"ref": own["bom-ref"], "dependsOn": made_of}],
    }


def _parts(notice: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Name, version and licence; several packages of Debian may share a notice. The texts of licences are no parts."""
    if notice["name"].startswith(_TEXT):
        return
    for name in notice["name"].split(", "):
        yield name, notice["version"], notice["licence"]


def _component(name: str, version: str, licence: str, pins: set[tuple[str, str]]) -> dict[str, object]:
    plain = _LISTED_AS.get(name) or _plain(name)
    pinned = (plain, version) in pins
    told: dict[str, object] = {
        "type": "library",
        "bom-ref": f"pkg:pypi/{plain}@{version}" if pinned else f"{name}@{version}" if version else name,
        "name": name,
    }
    if version:
        told["version"] = version
    if licence:
        told["licenses"] = [_licence(licence)]
    if pinned:
        told["purl"] = told["bom-ref"]
    return told


def _licence(licence: str) -> dict[str, object]:
    """As an expression where it is one that SPDX knows, else in the words it was told with."""
    words = licence.split()
    if all(word in _SPDX or word in _BETWEEN for word in words):
        return {"expression": licence}
    return {"license": {"name": licence}}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
