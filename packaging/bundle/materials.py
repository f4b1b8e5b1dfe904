"""The bill of materials of a bundle, as CycloneDX 1.6 has it: which parts, in which versions, on what terms.

It is made of the notices in the bundle, which are made of the files in it, and of what it tells of its build. What the package lock
lists, and what was copied from Debian or Ubuntu, it calls by its purl.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

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
_IN_NO_REGISTER = frozenset((names.TITLE, "Lucide icons", "Python", "Qt: parts of others", "FFmpeg"))
_OF_DEBIAN = frozenset(("debian", "ubuntu"))
_BETWEEN = frozenset(("AND", "OR"))


def write_materials(root: Path, bundle: Path, out: Path) -> Path:
    """`{artifact}.cdx.json`, beside the packages in out; returns its path. root: the checkout that bundle was made of."""
    resources = bundle / INSIDE / "resources"
    notices, build = (
        json.loads((resources / name).read_text(encoding="utf-8")) for name in ("notices.json", "build.json")
    )
    locked = (root / LOCK).read_text(encoding="utf-8")
    path = out / names.artifact(KIND)
    draft = path.with_name(f"{path.name}.part")
    draft.write_text(json.dumps(materials(notices, locked, build), indent=1) + "\n", encoding="utf-8")
    os.replace(draft, path)
    return path


def materials(notices: list[dict[str, str]], locked: str, build: Mapping[str, str]) -> dict[str, object]:
    """The same notices and build make the same words. build: as bundle.build.build_facts tells it."""
    pins = {(_plain(found["name"]), found["version"]) for found in _PIN.finditer(locked)}
    own, *others = [_component(*part, pins, build) for notice in notices for part in _parts(notice)]
    made_of = sorted(str(one["bom-ref"]) for one in others)
    about = json.dumps([build["version"], build["commit"], build["system"], others])
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, about)}",
        "version": 1,
        "metadata": {
            "timestamp": build["built_at"],
            "component": {**own, "type": "application"},
            "properties": [
                {"name": f"{names.NAME}:{fact}", "value": build[fact]}
                for fact in ("system", "made_on", "commit")
                if build.get(fact)
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


def _component(
    name: str, version: str, licence: str, pins: set[tuple[str, str]], build: Mapping[str, str]
) -> dict[str, object]:
    purl = _purl(name, version, pins, build)
    told: dict[str, object] = {
        "type": "library",
        "bom-ref": purl or (f"{name}@{version}" if version else name),
        "name": name,
    }
    if version:
        told["version"] = version
    if licence:
        told["licenses"] = [_licence(licence)]
    if purl:
        told["purl"] = purl
    return told


def _purl(name: str, version: str, pins: set[tuple[str, str]], build: Mapping[str, str]) -> str:
    """ "" for what is in no register of packages. On Linux all that is neither locked nor named here is the system's."""
    plain = _LISTED_AS.get(name) or _plain(name)
    if (plain, version) in pins:
        return f"pkg:pypi/{plain}@{version}"
    system, _, machine = build["system"].partition("-")
    distribution = build.get("made_on", "").partition("-")[0]
    if system != "linux" or name in _IN_NO_REGISTER or distribution not in _OF_DEBIAN:
        return ""
    of = f"arch={names.deb_architecture(machine)}&distro={build['made_on']}"
    return f"pkg:deb/{distribution}/{name}@{quote(version, safe=':')}?{of}"


def _licence(licence: str) -> dict[str, object]:
    """As an expression where it is one that SPDX knows, else in the words it was told with."""
    words = licence.split()
    if all(word in _SPDX or word in _BETWEEN for word in words):
        return {"expression": licence}
    return {"license": {"name": licence}}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
