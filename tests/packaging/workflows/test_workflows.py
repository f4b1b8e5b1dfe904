""".github/workflows: what nobody can run here is held against what there is, and against the tools that know workflows."""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import dev
import names
import pytest
import release
from bundle import command
from flatpak.build import PLATFORM, PLATFORM_VERSION, SDK
from macos import build as macos
from macos.properties import APP
from windows import signing

from tests.packaging.workflows.reader import WORKFLOWS, Job, jobs, scripts
from workbench.cli.arguments import parser

ROOT = Path(__file__).parents[3]
RELEASE = ROOT / ".github/workflows/release.yml"
PIN = re.compile(r"(?P<action>[\w.-]+/[\w./-]+)@(?P<commit>[0-9a-f]{40}) # v\d+\.\d+\.\d+")
SECRET = re.compile(r"\bsecrets\.(\w+)")
TO_INSTALL = "pip install --require-hashes --no-deps -r requirements-release.lock brings it"

every_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
every_script = pytest.mark.parametrize("script", [one for path in WORKFLOWS for one in scripts(path)])


def lines(script: str) -> list[list[str]]:
    """The words of each command in it."""
    commands = re.split(r"\n|&&|;", script)
    return [shlex.split(one) for one in commands if one.strip() and one.count('"') % 2 == 0]


def tool(name: str) -> str:
    """Beside this Python, or on PATH; skips where it is not."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if not found:
        pytest.skip(f"there is no {name} here: {TO_INSTALL}")
    return found


def ran(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_there_is_one_for_changes_and_one_for_releases() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "release.yml"]
    assert [job.name for job in jobs(RELEASE)][-1] == "draft"


@every_workflow
def test_each_step_is_read_here(workflow: Path) -> None:
    """What the reader of these tests overlooked, they would not hold against anything."""
    text = workflow.read_text(encoding="utf-8")
    steps = [step for job in jobs(workflow) for step in job.steps]
    assert len(scripts(workflow)) == len(re.findall(r"\brun: ", text))
    assert len([step for step in steps if not step.script]) == len(re.findall(r"\buses: ", text))


@every_workflow
def test_every_action_is_pinned_to_a_commit(workflow: Path) -> None:
    used = re.findall(r"\buses: (.+)", workflow.read_text(encoding="utf-8"))
    assert used
    assert [one for one in used if not PIN.fullmatch(one)] == []


def test_an_action_is_the_same_one_everywhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pins = {found["action"]: found["commit"] for found in PIN.finditer(text)}
    assert all(f"{action}@{commit}" in text for action, commit in pins.items())
    assert len({found.group() for found in PIN.finditer(text)}) == len(pins)


@every_workflow
def test_only_the_draft_may_write_and_only_the_release(workflow: Path) -> None:
    assert "\npermissions: {}\n" in workflow.read_text(encoding="utf-8")
    for job in jobs(workflow):
        may = "write" if job.name == "draft" else "read"
        assert job.permissions == {"contents": may}, job.name
        assert "persist-credentials: false" in job.text, job.name
        assert "timeout-minutes: " in job.text, job.name


@every_workflow
def test_secrets_are_handed_over_in_the_environment_and_in_no_other_way(workflow: Path) -> None:
    for job in jobs(workflow):
        for line in job.text.splitlines():
            if SECRET.search(line):
                assert re.fullmatch(r" {10}[A-Z_]+: \$\{\{ secrets\.[A-Z_]+ \}\}", line), line
        assert bool(SECRET.search(job.text)) == ("\n    environment: release\n" in job.text), job.name
    for script in scripts(workflow):
        assert "${{" not in script


def test_the_secrets_are_those_that_are_listed() -> None:
    head, _, body = RELEASE.read_text(encoding="utf-8").partition("\nname: ")
    assert set(SECRET.findall(body)) == set(re.findall(r"\b(?:WINDOWS|MACOS)_\w+", head))


def test_what_is_set_for_the_packages_is_what_they_read() -> None:
    body = RELEASE.read_text(encoding="utf-8")
    read = Path(signing.__file__).read_text(encoding="utf-8") + Path(macos.__file__).read_text(
        encoding="utf-8"
    )
    given = set(re.findall(r"\b((?:WINDOWS_SIGNING|MACOS_SIGNING|MACOS_NOTARY)_?\w*)(?:: |=)", body))
    assert {"WINDOWS_SIGNING_THUMBPRINT", "MACOS_SIGNING_IDENTITY", *macos.NOTARY} == given
    assert [name for name in given if f'"{name}"' not in read] == []


@every_script
def test_what_a_step_runs_is_there(script: str) -> None:
    """Commands of the repository with their words, and files of it; what the machines bring is none of ours."""
    for words in lines(script):
        words = [word for word in words if not re.fullmatch(r"\w+=.*", word)]
        if not words:
            continue
        if words[0] in ("./dev", ".ci/run"):
            assert (ROOT / words[0]).is_file()
        if words[0] == "./dev":
            follows_dev(words[1:])
        for place, word in enumerate(words):
            if word == "packaging/dev.py":
                follows_dev(words[place + 1 :])
            if word == "packaging/release.py":
                rest = words[place + 1 :]
                release.parser().parse_args(rest[: rest.index(">")] if ">" in rest else rest)
            if re.fullmatch(
                r"(?:packaging|tests|workbench|resources)(?:/[\w./-]+)?|requirements[\w*-]*\.lock", word
            ):
                assert list(ROOT.glob(word)), word


def follows_dev(words: list[str]) -> None:
    options, rest = dev.parser().parse_known_args(words)
    if options.do is dev.package:
        command.parser().parse_args(rest)


@every_script
def test_the_program_has_the_commands_it_is_tried_with(script: str) -> None:
    for words in re.findall(r"(?:workbench(?:\.exe)?\"?|io\.github\.ai_workbench) (self-test.*)", script):
        parser().parse_args(shlex.split(words))


def test_python_finds_what_it_is_asked_for_in_passing() -> None:
    asked = re.findall(r'python3? -c "(.+?)"', RELEASE.read_text(encoding="utf-8"))
    assert asked
    for code in asked:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT / "packaging", capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
@every_workflow
def test_the_shell_can_read_what_it_is_to_run(workflow: Path, tmp_path: Path) -> None:
    for number, step in enumerate(step for job in jobs(workflow) for step in job.steps):
        if step.script and not step.is_powershell:
            file = tmp_path / f"{number}.sh"
            file.write_text(step.script, encoding="utf-8")
            assert ran("bash", "-n", file).stderr == ""


def test_everything_that_is_to_be_released_is_kept() -> None:
    kept = [glob for job in jobs(RELEASE) for glob in uploaded(job)]
    for name in release.expected():
        for file in (name, f"{name}{release.CHECKSUM}"):
            assert any(fnmatch.fnmatch(f"dist/{file}", glob) for glob in kept), file


def test_the_draft_waits_for_all_that_is_in_it() -> None:
    *others, draft = jobs(RELEASE)
    waits = re.search(r"^    needs: \[(.+)\]$", draft.text, re.MULTILINE)
    assert waits
    assert set(waits[1].split(", ")) == {job.name for job in others if uploaded(job)}


def uploaded(job: Job) -> list[str]:
    return re.findall(r"^ {12}(dist/\S+)$", job.text, re.MULTILINE) + re.findall(
        r"^ {10}path: (dist/\S+)$", job.text, re.MULTILINE
    )


def test_names_that_others_gave_are_the_same_here() -> None:
    text = RELEASE.read_text(encoding="utf-8")
    assert f"{PLATFORM}//{PLATFORM_VERSION} {SDK}//{PLATFORM_VERSION}" in text
    assert set(re.findall(r"\bio\.github\.\w+", text)) == {names.APP_ID}
    assert set(re.findall(r"/([^/\n]+\.app)\b", text)) == {APP}
    assert f"Programs\\{names.TITLE}" in text
    assert f"purge -y {names.NAME}\n" in text


def test_the_schema_of_workflows_has_nothing_against_them(tmp_path: Path) -> None:
    check = [tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]
    done = ran(*check, *WORKFLOWS)
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(RELEASE.read_text(encoding="utf-8").replace("runs-on:", "runs-where:"), encoding="utf-8")
    assert ran(*check, wrong).returncode == 1


def test_no_weakness_is_found_in_them(tmp_path: Path) -> None:
    audit = [tool("zizmor"), "--offline", "--no-progress", "--persona", "pedantic"]
    done = ran(*audit, *WORKFLOWS)
    assert done.returncode == 0, done.stdout
    weak = tmp_path / ".github/workflows/weak.yml"
    weak.parent.mkdir(parents=True)
    weak.write_text(
        RELEASE.read_text(encoding="utf-8").replace("persist-credentials: false", "show-progress: false"),
        encoding="utf-8",
    )
    assert ran(*audit, weak).returncode != 0
