"""workbench(1), as roff."""

from __future__ import annotations

import datetime
import re

from desktop.commands import Argument, Command, Option

FILES = (
    ("~/.config/ai-workbench", "settings."),
    ("~/.config/ai-workbench/gateway.env", "what the gateway at login is started with; see NOTES."),
    ("~/.local/share/ai-workbench", "conversations, routes, pictures, recordings and results."),
    ("~/.local/state/ai-workbench", "logs, with secrets masked."),
    ("~/.cache/ai-workbench", "what is made again when it is missing."),
)
ENVIRONMENT = (
    ("WORKBENCH_HOME", "keeps everything in this folder instead of those under FILES."),
    ("QT_QPA_PLATFORM", "xcb or wayland, where the window should not choose by itself."),
)
CODES = (
    ("0", "it went well."),
    ("1", "something failed; the message says what, why and what to do."),
    ("2", "what was typed cannot be understood."),
)


def man_page(program: Command, version: str, day: datetime.date) -> str:
    name = program.path[0]
    first, _, rest = program.description.partition("\n")
    summary = first.partition(": ")[2].rstrip(".") or first
    lines = [
        f'.TH {name.upper()} 1 {day:%Y-%m-%d} "AI Workbench {version}" "User Commands"',
        ".nr HY 0",  # no hyphens of the formatter's own in what is to be typed, in every paragraph
        ".nh",
        ".SH NAME",
        f"{name} \\- {text(summary)}",
        ".SH SYNOPSIS",
        *_synopsis(program),
        ".SH DESCRIPTION",
        text(first),
    ]
    for paragraph in filter(None, map(str.strip, rest.split("\n"))):
        lines += [".PP", text(paragraph)]
    lines += [".SH OPTIONS", *_terms(program)]
    if program.commands:
        lines.append(".SH COMMANDS")
    for command in list(program.all())[1:]:
        lines += _command(command)
    for title, pairs in (("EXIT STATUS", CODES), ("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT)):
        lines.append(f".SH {title}")
        for term, meaning in pairs:
            lines += [".TP", f".B {text(term)}", text(meaning)]
    lines += [
        ".SH NOTES",
        text("Secrets are in the keychain of the desktop, and in no file."),
        ".PP",
        text("To have the gateway start at login, where there is a keychain for its token:"),
        *_typed("systemctl --user enable --now ai-workbench-gateway.service"),
        ".PP",
        text("Where there is none, or for another port, say so in ~/.config/ai-workbench/gateway.env:"),
        *_typed("OPTIONS=--token-file /home/me/token.txt --port 8788"),
    ]
    return "\n".join(lines) + "\n"


def _command(command: Command) -> list[str]:
    title = " ".join(command.path[1:])
    lines = [f".SS {text(title)}", *_synopsis(command), ".PP", text(command.description)]
    if command.commands:
        return lines
    lines += _terms(command)
    if command.example:
        lines += [".PP", "Example:", *_typed(command.example)]
    return lines


def _synopsis(command: Command) -> list[str]:
    if command.usage:
        return [line for given in command.usage for line in (_given(given), ".br")][:-1]
    words = [f"\\fB{text(' '.join(command.path))}\\fR"]
    if command.options:
        words.append("[\\fIoption\\fR ...]")
    for argument in command.arguments:
        words.append(_usage(argument))
    if command.commands and not command.commands_needed:
        words.append("[\\fIcommand\\fR ...]")
    elif command.commands:
        words.append("\\fIcommand\\fR ...")
    return [" ".join(words)]


def _given(usage: str) -> str:
    name, _, rest = usage.partition(" ")
    return f"\\fB{text(name)}\\fR {text(rest)}"


def _usage(argument: Argument) -> str:
    word = f"\\fI{text(argument.metavar)}\\fR" + (" ..." if argument.many else "")
    return word if argument.least else f"[{word}]"


def _terms(command: Command) -> list[str]:
    lines = []
    for argument in command.arguments:
        lines += [".TP", f"\\fI{text(argument.metavar)}\\fR", text(argument.help) or "\\&"]
    for option in command.options:
        lines += [".TP", _flags(option), text(_sentence(option)) or "\\&"]
    return lines


def _flags(option: Option) -> str:
    flags = ", ".join(f"\\fB{text(flag)}\\fR" for flag in option.flags)
    return f"{flags} \\fI{text(option.metavar)}\\fR" if option.metavar else flags


def _sentence(option: Option) -> str:
    if option.choices and "|".join(option.choices) != option.metavar:
        return f"{option.help} ({', '.join(option.choices)})"
    return option.help


def _typed(line: str) -> list[str]:
    return [".PP", ".RS 4", ".EX", *(text(part) for part in line.splitlines()), ".EE", ".RE"]


_MARKS = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", "…": "..."}


def text(plain: str) -> str:
    """Words as roff takes them: a hyphen stays what a shell understands, and no line begins a request."""
    marked = re.sub(r"[\\\-'`^~…]", lambda found: _MARKS[found[0]], plain)
    return f"\\&{marked}" if marked.startswith(".") else marked
