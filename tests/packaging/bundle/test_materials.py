"""packaging/bundle/materials.py: the bill of materials of a bundle, held against CycloneDX's own schema where that is installed."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import names
import pytest
from bundle.build import INSIDE, made_on
from bundle.materials import materials, write_materials

ROOT = Path(__file__).parents[3]
LOCKED = "attrs==26.1.0 \\\n    --hash=sha256:00\nattrs==27.0.0 ; python_version >= '3.12' \\\n    --hash=sha256:00\nimportlib-metadata==10.2.0 ; python_version < '3.12' \\\n    --hash=sha256:00\n"


def notice(name: str, version: str = "", licence: str = "", text: str = "words") -> dict[str, str]:
    return {"name": name, "version": version, "licence": licence, "text": text}


NOTICES = [
    notice("AI Workbench", names.version(), "Apache-2.0"),
    notice("Lucide icons", "", "ISC"),
    notice("attrs", "26.1.0", "MIT"),
    notice("importlib_metadata", "10.2.0", "Apache-2.0 AND MIT"),
    notice("old", "1", "MIT License"),
    notice("libkrb5-3, libkrb5support0", "1:1.20.1-2+deb12u3", ""),
    notice("Text: GPL-3", "", "GPL-3"),
]


BUILD = {
    "version": names.version(),
    "commit": "0123456789ab",
    "built_at": "2026-11-28T21:07:40Z",
    "system": "linux-x86_64",
    "made_on": "debian-12",
}


@pytest.fixture
def parts() -> dict[str, dict[str, object]]:
    told = materials(NOTICES, LOCKED, BUILD)["components"]
    assert isinstance(told, list)
    return {one["name"]: one for one in told}


def test_every_part_is_told_once_and_texts_are_none(parts: dict[str, dict[str, object]]) -> None:
    assert list(parts) == [
        "Lucide icons",
        "attrs",
        "importlib_metadata",
        "old",
        "libkrb5-3",
        "libkrb5support0",
    ]


def test_what_is_locked_has_its_address(parts: dict[str, dict[str, object]]) -> None:
    assert parts["attrs"]["purl"] == "pkg:pypi/attrs@26.1.0"
    assert parts["importlib_metadata"]["purl"] == "pkg:pypi/importlib-metadata@10.2.0"
    assert "purl" not in parts["Lucide icons"]


def test_what_was_copied_from_the_system_has_the_address_that_it_has_there(
    parts: dict[str, dict[str, object]],
) -> None:
    assert (
        parts["libkrb5-3"]["purl"]
        == "pkg:deb/debian/libkrb5-3@1:1.20.1-2%2Bdeb12u3?arch=amd64&distro=debian-12"
    )
    for other in ({"system": "windows-x86_64"}, {"made_on": "arch"}, {"made_on": ""}):
        told = materials(NOTICES, LOCKED, {**BUILD, **other})
        assert "pkg:deb" not in json.dumps(told)
        assert "pkg:pypi" in json.dumps(told)


def test_a_bundle_of_before_that_was_told_has_a_bill_too() -> None:
    told = json.dumps(materials(NOTICES, LOCKED, {key: BUILD[key] for key in BUILD if key != "made_on"}))
    assert "pkg:deb" not in told
    assert "made_on" not in told


def test_the_build_tells_which_system_that_is() -> None:
    assert re.fullmatch(r"[a-z]+(?:-[\w.]+)?", made_on())


def test_licences_are_expressions_only_where_they_are(parts: dict[str, dict[str, object]]) -> None:
    assert parts["importlib_metadata"]["licenses"] == [{"expression": "Apache-2.0 AND MIT"}]
    assert parts["old"]["licenses"] == [{"license": {"name": "MIT License"}}]
    assert "licenses" not in parts["libkrb5-3"]


def test_the_program_depends_on_all_of_them(parts: dict[str, dict[str, object]]) -> None:
    told = json.loads(json.dumps(materials(NOTICES, LOCKED, BUILD)))
    dependency = told["dependencies"][0]
    assert dependency["ref"] == told["metadata"]["component"]["bom-ref"]
    assert dependency["dependsOn"] == sorted(str(one["bom-ref"]) for one in parts.values())


def test_the_same_bundle_has_the_same_bill(tmp_path: Path) -> None:
    resources = tmp_path / "bundle" / INSIDE / "resources"
    resources.mkdir(parents=True)
    (resources / "notices.json").write_text(json.dumps(NOTICES), encoding="utf-8")
    (resources / "build.json").write_text(json.dumps(BUILD), encoding="utf-8")
    path = write_materials(ROOT, tmp_path / "bundle", tmp_path)
    assert path.name == f"ai-workbench-{names.version()}-{names.system()}-{names.architecture()}.cdx.json"
    first = path.read_bytes()
    assert write_materials(ROOT, tmp_path / "bundle", tmp_path).read_bytes() == first


@pytest.mark.skipif(
    not importlib.util.find_spec("cyclonedx"), reason="cyclonedx-python-lib is not installed here"
)
def test_it_is_what_the_schema_of_cyclonedx_wants(tmp_path: Path) -> None:
    from packageurl import PackageURL
    from release import NotReady, check_materials

    told = materials(NOTICES, LOCKED, BUILD)
    (tmp_path / "a.cdx.json").write_text(json.dumps(told), encoding="utf-8")
    assert check_materials(tmp_path) == ["a.cdx.json"]
    (tmp_path / "b.cdx.json").write_text(json.dumps({**told, "bomFormat": "SPDX"}), encoding="utf-8")
    for one in told["components"]:  # type: ignore[attr-defined]
        if purl := one.get("purl"):
            assert PackageURL.from_string(purl).to_string() == purl
    with pytest.raises(NotReady, match=r"b\.cdx\.json is not what CycloneDX wants"):
        check_materials(tmp_path)
