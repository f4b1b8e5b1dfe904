"""Reads of a workflow what the tests ask for, by its lines: nothing that reads YAML is at hand everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

WORKFLOWS = sorted((Path(__file__).parents[3] / ".github" / "workflows").glob("*.yml"))
_JOB = re.compile(r"^  (?P<name>[\w-]+):\n", re.MULTILINE)
_STEP = re.compile(r"^      - ", re.MULTILINE)
_RUN = re.compile(r"^        run: (?:\|\n(?P<block>(?:(?: {10}.*)?\n)+)|(?P<line>(?!\|).+))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    text: str

    @property
    def script(self) -> str:
        """What it runs, "" where it uses an action."""
        found = _RUN.search(self.text)
        return (found["line"] or re.sub(r"^ {10}", "", found["block"], flags=re.MULTILINE)) if found else ""

    @property
    def is_powershell(self) -> bool:
        return "\n        shell: pwsh\n" in self.text


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    text: str

    @property
    def steps(self) -> list[Step]:
        return [Step(f"        {part}") for part in _STEP.split(self.text)[1:]]

    @property
    def permissions(self) -> dict[str, str]:
        found = re.search(r"^    permissions:\n(?P<lines>(?: {6}\S.*\n)+)", self.text, re.MULTILINE)
        return dict(re.findall(r"^ {6}([\w-]+): (\w+)", found["lines"], re.MULTILINE)) if found else {}


def jobs(path: Path) -> list[Job]:
    _, _, text = path.read_text(encoding="utf-8").partition("\njobs:\n")
    parts = _JOB.split(text)[1:]
    return [Job(name, body) for name, body in zip(parts[::2], parts[1::2], strict=True)]


def scripts(path: Path) -> list[str]:
    return [step.script for job in jobs(path) for step in job.steps if step.script]
