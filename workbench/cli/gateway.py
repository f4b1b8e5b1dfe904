"""`workbench gateway`: the local gateway by itself, in the foreground."""

from __future__ import annotations

import asyncio
import gc
import sys
from argparse import Namespace
from pathlib import Path
from secrets import token_urlsafe
from typing import TextIO

from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.gateway import ACCESS_TOKEN, Upstream
from workbench.domain.secret import Secret
from workbench.storage.paths import Paths
from workbench.storage.secrets import SecretStore, open_secrets

SHORTEST_TOKEN = 16


def run(options: Namespace) -> int:
    from workbench.gateway.server import GatewayConfig, serve

    if warning := check_host(options.host, allow_remote=options.allow_remote):
        print(warning, file=sys.stderr, flush=True)  # noqa: T201  before it listens
    paths = Paths.of_user()
    secrets = open_secrets(profile=paths.profile)
    if options.token_file:
        token = token_from(options.token_file, sys.stdin)
    else:
        token = asyncio.run(token_in(secrets))
    config = GatewayConfig(
        host=options.host,
        port=options.port,
        token=token,
        data_dir=Path(options.data_dir) if options.data_dir else paths.data,
        leased=options.leased,
        secrets=secrets,
        upstream=Upstream() if options.leased else asyncio.run(chosen_upstream()),  # a window tells its own
        on_listening=_listening,
    )
    return serve(config)


def _listening(address: str) -> None:
    # What has been made by now stays. Requests make much that goes at once, and to look through the rest each time for what
    # might have become garbage costs a tenth of their time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    print(f"listening on {address}", flush=True)  # noqa: T201  the one line


async def chosen_upstream() -> Upstream:
    """Who answers, as the window's settings say: the sandbox, or a connection with its secrets. Raises StorageFailed."""
    from workbench.cli.headless import open_session

    async with open_session() as session:
        return session.upstream


def check_host(host: str, *, allow_remote: bool = False) -> str:
    """What to warn of, "" for loopback. The gateway uses the user's accounts: the network reaches it only if it is told to.

    Raises InvalidInput.
    """
    from workbench.gateway.access import is_loopback

    if is_loopback(host):
        return ""
    if not allow_remote:
        raise InvalidInput(
            f"The gateway does not listen on {host} unless it is told to.",
            field="host",
            why="It uses your accounts, and beyond this machine whoever has its access token can use them too.",
            fix="Leave --host out, or add --allow-remote if that is what you want.",
        )
    return (
        f"Warning: the gateway listens on {host}, where other machines reach it. Whoever has its access token can use your "
        "accounts, and the connection is not encrypted."
    )


def token_from(file: str, standard_input: TextIO) -> Secret:
    """The first line of the file, or of standard input where file is "-". Raises InvalidInput."""
    try:
        text = standard_input.readline() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "It is not text."
        raise InvalidInput(
            f"The token file {file} cannot be read.",
            why=why or "",
            fix="Give a text file with the token in it.",
        ) from error
    token = text.strip().partition("\n")[0].strip()
    if len(token) < SHORTEST_TOKEN:
        raise InvalidInput(
            f"The access token must have at least {SHORTEST_TOKEN} characters.",
            fix=f"This makes one: {_how_to_make(file)}",
        )
    return Secret(token)


def _how_to_make(file: str) -> str:
    return f'python3 -c "import secrets; print(secrets.token_urlsafe(32))" > {"token.txt" if file == "-" else file}'


async def token_in(secrets: SecretStore) -> Secret:
    """The machine's access token from the keychain, made there if it is missing. Raises where there is no keychain."""
    token = await secrets.get(ACCESS_TOKEN)
    if token is None:
        token = Secret(token_urlsafe(32))
        await secrets.put(ACCESS_TOKEN, token)
    if secrets.note:
        raise WorkbenchError(
            "The access token cannot be kept on this system.",
            why=secrets.note,
            fix=f"Give one with --token-file token.txt; this makes one: {_how_to_make('token.txt')}",
        )
    return token
