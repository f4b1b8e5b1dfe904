"""What can be typed after `workbench`. Each command's code is imported when it is chosen."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

import workbench
from workbench.cli.chosen import done_by
from workbench.cli.route.arguments import add_route
from workbench.domain.gateway import DEFAULT_PORT

WRONG_USAGE = 2
FORMS = ("txt", "md", "srt", "vtt", "json", "csv")
"""domain.speech.forms.TextForm, which is not imported for it."""
VECTOR_FORMS = ("npy", "parquet", "jsonl", "csv", "ndjson", "sql")
TABLE_FORMS = ("lines", "csv", "tsv", "jsonl", "json", "parquet")
VECTOR_TYPES = ("vector", "halfvec", "bit")
"""services.embeddings' VectorForm, TableForm and VectorType."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with an example of how it is right."""

    def __init__(self, *, example: str, **settings: object) -> None:
        super().__init__(
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            **settings,  # type: ignore[arg-type]  # passed on as given
        )
        self._example = example

    def error(self, message: str) -> NoReturn:
        first_line = message.splitlines()[0]
        sys.stderr.write(f"{self.prog}: {first_line}. Hint: {self._example} (or {self.prog} --help)\n")
        sys.exit(WRONG_USAGE)


def parser() -> Parser:
    top = Parser(
        prog="workbench",
        usage="%(prog)s [--portable DIR] COMMAND …\n       %(prog)s [--portable DIR] [--new-window] [--new-chat] [FILE | LINK …]",
        description=f"{workbench.__doc__}\n\nWithout a command the window opens, with the files and links that are named; "
        "where one is open already, it opens them.",
        example='workbench chat -m @cf/zai-org/glm-4.7-flash "Why is the sky blue?"',
    )
    # These are taken away before (cli/start.py), and stand here for --help.
    top.add_argument("--portable", metavar="DIR", help="keep everything in this folder")
    top.add_argument("--new-window", action="store_true", help="open another window beside the one there is")
    top.add_argument("--new-chat", action="store_true", help="begin a conversation in the window")
    top.add_argument("--version", action="version", version=f"workbench {workbench.__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser, prog="workbench")
    _add_chat(commands)
    _add_transcribe(commands)
    _add_embed(commands)
    _add_gateway(commands)
    add_route(commands)
    _add_logs(commands)
    _add_doctor(commands)
    _add_data(commands)
    _add_self_test(commands)
    return top


def command_words() -> frozenset[str]:
    (commands,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return frozenset(commands.choices)


Commands = argparse._SubParsersAction  # the type argparse returns has no public name


def _add_chat(commands: Commands[Parser]) -> None:
    command = commands.add_parser(
        "chat",
        help="ask a model and stream its answer",
        description="Ask a model; the answer streams to standard output.",
        example='workbench chat -m @cf/zai-org/glm-4.7-flash --json "Name three rivers"',
    )
    command.add_argument("prompt", metavar="PROMPT", help="the question; - reads it from standard input")
    command.add_argument("-m", "--model", required=True, metavar="MODEL", help="the model's id")
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--target", metavar="NAME", help="a target of the window, by name or id (default: its current one)"
    )
    where.add_argument(
        "--base-url", metavar="URL", help="an OpenAI-compatible server instead, up to and including /v1"
    )
    command.add_argument("--api-key-env", metavar="VAR", help="environment variable with that server's key")
    command.add_argument("--system", default="", metavar="S", help="the system prompt")
    command.add_argument(
        "--json", action="store_true", help="print one JSON object at the end instead of the text"
    )
    command.set_defaults(do=done_by("chat"), usage_error=command.error)


def _add_transcribe(commands: Commands[Parser]) -> None:
    command = commands.add_parser(
        "transcribe",
        help="turn recordings into texts",
        description="Have recordings heard by a model, long ones in parts, and write their texts. What an earlier call began and "
        "did not finish is gone on with; the window shows it, too.",
        example="workbench transcribe talk.mp3 -m @cf/openai/whisper-large-v3-turbo -f srt,txt -o texts",
    )
    command.add_argument(
        "file", nargs="+", metavar="FILE", help="wav, mp3, flac, ogg, opus, m4a, webm, mp4 …"
    )
    command.add_argument("-m", "--model", required=True, metavar="MODEL", help="the model's id")
    command.add_argument(
        "-f",
        "--format",
        type=_forms,
        default=("txt",),
        metavar="FORMS",
        help="one or more of txt, md, srt, vtt, json, csv, with commas between (default: txt)",
    )
    command.add_argument(
        "-o", "--output", metavar="DIR", help="folder for the texts (default: beside each recording)"
    )
    command.add_argument(
        "--target", metavar="NAME", help="a target of the window, by name or id (default: its current one)"
    )
    command.add_argument(
        "--language", metavar="L", help="what is spoken, such as en, for models that want to know"
    )
    command.add_argument(
        "-p",
        "--option",
        action="append",
        metavar="NAME=VALUE",
        help="an option of the model; may be repeated",
    )
    command.add_argument(
        "--part-seconds", type=_seconds, metavar="S", help="the longest part of a long recording"
    )
    command.add_argument(
        "--json", action="store_true", help="print one JSON object at the end instead of the files' names"
    )
    command.set_defaults(do=done_by("transcribe"), usage_error=command.error)


def _add_embed(commands: Commands[Parser]) -> None:
    command = commands.add_parser(
        "embed",
        help="turn texts into vectors",
        description="Have the texts of a file embedded by a model and write their vectors. What came is kept: the same command goes "
        "on where it broke off, and no vector is paid for twice.",
        example="workbench embed texts.csv -m @cf/baai/bge-m3 -o vectors.npy",
    )
    command.add_argument(
        "file", metavar="FILE", help="csv, tsv, jsonl, json, parquet or plain lines; - for standard input"
    )
    command.add_argument("-m", "--model", required=True, metavar="MODEL", help="the model's id")
    command.add_argument("-o", "--output", metavar="OUT", help="file for the vectors")
    command.add_argument(
        "-f",
        "--format",
        choices=VECTOR_FORMS,
        help="how it is written; ndjson is for Vectorize, sql for PostgreSQL with pgvector (default: as its ending says)",
    )
    command.add_argument(
        "--pgvector-type",
        choices=VECTOR_TYPES,
        help="the type of the column in sql: whole, in half precision, or the signs only (default: vector)",
    )
    command.add_argument(
        "--form",
        choices=TABLE_FORMS,
        help="how FILE is written (default: as its ending says, or as it looks)",
    )
    command.add_argument("--no-header", action="store_true", help="the first row of FILE is no row of names")
    command.add_argument(
        "--text",
        action="append",
        metavar="COLUMN",
        help="the column of texts; may be repeated, for translations side by side (default: the likeliest)",
    )
    for name, what in (("label", "labels"), ("id", "ids"), ("language", "languages"), ("group", "groups")):
        command.add_argument(
            f"--{name}", metavar="COLUMN", help=f'the column of {what} (default: the likeliest; "" for none)'
        )
    command.add_argument(
        "--target", metavar="NAME", help="a target of the window, by name or id (default: its current one)"
    )
    command.add_argument(
        "--pooling", default="", metavar="P", help="mean or cls, for models that have a choice"
    )
    command.add_argument(
        "--dimensions", type=_count, metavar="N", help="fewer numbers than the model has, where it can"
    )
    command.add_argument("--query", action="store_true", help="the texts are queries, not documents")
    command.add_argument(
        "--instruction", default="", metavar="TEXT", help="what queries are for, or the prefix they get"
    )
    command.add_argument(
        "--dry-run", action="store_true", help="say what it would take and cost, and ask nobody for vectors"
    )
    command.add_argument(
        "--json", action="store_true", help="print one JSON object at the end instead of the file's name"
    )
    command.set_defaults(do=done_by("embed"), usage_error=command.error)


def _add_gateway(commands: Commands[Parser]) -> None:
    command = commands.add_parser(
        "gateway",
        help="run the local gateway by itself",
        description="Run the local gateway in the foreground until it is interrupted.",
        example="workbench gateway --port 8787 --token-file token.txt",
    )
    command.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    command.add_argument(
        "--allow-remote", action="store_true", help="let --host be an address that other machines reach"
    )
    command.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="0 picks a free one (default: %(default)s)"
    )
    command.add_argument(
        "--token-file",
        metavar="F",
        help="file with the access token, - for standard input (default: the one in the system's keychain)",
    )
    command.add_argument(
        "--data-dir", metavar="D", help="folder for what the gateway keeps (default: the user's)"
    )
    command.add_argument("--leased", action="store_true", help=argparse.SUPPRESS)
    command.set_defaults(do=done_by("gateway"), usage_error=command.error)


def _add_logs(commands: Commands[Parser]) -> None:
    command = commands.add_parser(
        "logs",
        help="show what the local gateway has answered",
        description="Show the local gateway's rows, the newest last; or, given an ID, all that is known of one.",
        example='workbench logs --follow --where "status_code>=400" --where model~llama',
    )
    command.add_argument(
        "id",
        nargs="?",
        default="",
        metavar="ID",
        help="a row's id or its end: shows attempts, trace and bodies",
    )
    command.add_argument("--follow", action="store_true", help="go on with what the running gateway answers")
    command.add_argument(
        "--where",
        action="append",
        metavar="EXPR",
        help="FIELD OP VALUE with = != > >= < <= ~ (contains) !~, such as cost>0.01, metadata.plan=free; all have to hold",
    )
    command.add_argument("--since", metavar="T", help="90s, 15m, 1h, 2d, or a time such as 2026-11-22T14:30")
    command.add_argument("--gateway", metavar="G", help="of this gateway only (default: of all)")
    command.add_argument(
        "--limit", type=_count, metavar="N", help="so many rows (default: 50; 10 before --follow)"
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a line, with every field")
    form.add_argument("--csv", action="store_true", help="comma-separated, with every field")
    command.add_argument("--data-dir", metavar="D", help="folder the gateway was given (default: the user's)")
    command.add_argument(
        "--token-file",
        metavar="F",
        help="file with the gateway's access token, for --follow (default: the keychain)",
    )
    command.set_defaults(do=done_by("logs"), usage_error=command.error)


def _add_doctor(commands: Commands[Parser]) -> None:
    command = commands.add_parser(
        "doctor",
        help="find out why a target does not answer",
        description="Check a target step by step; the first step that fails is named, with its cause and what to do.",
        example="workbench doctor --target local",
    )
    command.add_argument(
        "--target", metavar="T", help="a target of the window, by name or id (default: its current one)"
    )
    command.add_argument("--json", action="store_true", help="print one JSON object at the end")
    command.set_defaults(do=done_by("doctor"))


def _add_data(commands: Commands[Parser]) -> None:
    data = commands.add_parser(
        "data",
        help="export or import all your data, or tell where it is",
        description="Your conversations, pictures, recordings, routes and settings as a whole. Tokens and keys stay in the keychain.",
        example="workbench data export backup.zip",
    )
    kinds = data.add_subparsers(metavar="WHAT", required=True, parser_class=Parser)
    export = kinds.add_parser(
        "export",
        help="write all data into one file",
        description="Write all data into one zip file, also while the window is open. Tokens and keys are not in it.",
        example="workbench data export backup.zip",
    )
    export.add_argument(
        "file", metavar="FILE", help="the zip file; a folder gets one with the date in its name"
    )
    take = kinds.add_parser(
        "import",
        help="replace all data by that of a file",
        description="Check a file that was exported, and put its data in the place of all that is here, which is moved aside, not "
        "deleted. Close the window before.",
        example="workbench data import backup.zip",
    )
    take.add_argument("file", metavar="FILE", help="the zip file")
    where = kinds.add_parser(
        "where",
        help="tell where the data is and how large",
        description="Tell where the data, the settings and the logs are, and how large.",
        example="workbench data where",
    )
    for kind in (export, take, where):
        kind.add_argument("--json", action="store_true", help="print one JSON object at the end")
        kind.set_defaults(do=done_by("data"), usage_error=kind.error)
    export.set_defaults(what="export")
    take.set_defaults(what="import")
    where.set_defaults(what="where")


def _add_self_test(commands: Commands[Parser]) -> None:
    command = commands.add_parser(
        "self-test",
        help="try every tab of the window against the sandbox",
        description="Open the real window on a throw-away profile, do each tab's main job, and say what failed.",
        example="workbench self-test --json",
    )
    command.add_argument("--json", action="store_true", help="print one JSON object at the end")
    command.set_defaults(do=_self_test)


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


def _count(text: str) -> int:
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if count < 1:
        raise argparse.ArgumentTypeError("a count is a whole number from 1")
    return count


def _forms(text: str) -> tuple[str, ...]:
    forms = tuple(dict.fromkeys(part.strip().lower().lstrip(".") for part in text.split(",")))
    if not set(forms) <= set(FORMS):
        raise argparse.ArgumentTypeError(f"forms of text are {', '.join(FORMS)}")
    return forms


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 5 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("a part has from 5 to 3600 seconds")
    return seconds


def _self_test(options: argparse.Namespace) -> int:
    from workbench.selftest import run

    return run(as_json=options.json)
