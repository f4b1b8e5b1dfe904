"""What can be typed after `workbench`, read off its argparse parser: the man page and the completions cannot say otherwise."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILES = {"FILE", "F", "LOG", "OUT", "R", "OTHER", "B", "--population"}
FOLDERS = {"DIR", "D"}
"""Metavars, and flags whose metavar is not enough, of what takes a path."""


@dataclass(frozen=True, slots=True)
class Option:
    flags: tuple[str, ...]
    metavar: str
    """Of its value; "" where it takes none."""
    help: str
    choices: tuple[str, ...] = ()

    @property
    def takes(self) -> str:
        """file, folder, word, or "" for nothing."""
        return _kind(self.metavar, *self.flags) if self.metavar else ""


@dataclass(frozen=True, slots=True)
class Argument:
    metavar: str
    help: str
    choices: tuple[str, ...]
    least: int
    many: bool

    @property
    def takes(self) -> str:
        return _kind(self.metavar)


@dataclass(frozen=True, slots=True)
class Command:
    path: tuple[str, ...]
    """("workbench", "route", "lint")."""
    usage: tuple[str, ...]
    """Where the parser has lines of its own for it."""
    summary: str
    """The line its parent lists it with; "" for the program itself."""
    description: str
    example: str
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]
    commands: tuple[Command, ...]
    commands_needed: bool

    @property
    def takes_files(self) -> bool:
        return any(argument.takes == "file" for argument in self.arguments) or "FILE" in " ".join(self.usage)

    def all(self) -> Iterator[Command]:
        """This one and all below it, in the order of --help."""
        yield self
        for command in self.commands:
            yield from command.all()


def _kind(metavar: str, *flags: str) -> str:
    names = {*metavar.split("|"), *flags}
    if names & FILES:
        return "file"
    return "folder" if names & FOLDERS else "word"


def command_line(root: Path) -> Command:
    """The program's own, of the checkout in root. Imports workbench.cli, which needs no package installed."""
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    from workbench.cli.arguments import parser

    return read(parser())


def read(parser: argparse.ArgumentParser, path: tuple[str, ...] = (), summary: str = "") -> Command:
    path = path or (parser.prog,)
    formatter = parser._get_formatter()
    options, arguments, commands, needed = [], [], [], False
    for action in parser._actions:
        if action.help == argparse.SUPPRESS:
            continue
        help_text = " ".join(formatter._expand_help(action).split()) if action.help else ""
        choices = tuple(map(str, action.choices or ()))
        if isinstance(action, argparse._SubParsersAction):
            needed = action.required
            for listed in action._choices_actions:
                below = action.choices[listed.dest]
                commands.append(read(below, (*path, listed.dest), listed.help or ""))
        elif action.option_strings:
            flags = tuple(action.option_strings)
            options.append(Option(flags, _metavar(action), help_text, choices))
        else:
            least = 0 if action.nargs in ("?", "*") else 1
            name = str(action.metavar or action.dest)
            arguments.append(Argument(name, help_text, choices, least, action.nargs in ("*", "+")))
    return Command(
        path=path,
        usage=tuple(
            line.strip() for line in (parser.usage or "").replace("%(prog)s", parser.prog).splitlines()
        ),
        summary=summary,
        description=parser.description or "",
        example=(parser.epilog or "").removeprefix("example:").strip(),
        options=tuple(options),
        arguments=tuple(arguments),
        commands=tuple(commands),
        commands_needed=needed,
    )


def _metavar(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.metavar is None:
        return "|".join(map(str, action.choices)) if action.choices else action.dest.upper()
    return str(action.metavar)
