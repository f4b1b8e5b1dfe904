"""One secret goes everywhere a secret goes; afterwards it is in no byte that was written."""

from __future__ import annotations

import logging
from pathlib import Path

from tests.storage.conftest import Loop
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.exchange import Chunk, Exchange, masked_headers
from workbench.domain.secret import Secret
from workbench.domain.settings import Settings
from workbench.domain.targets import Connection, Credentials, SecretKind, Target, TargetKind, secret_name
from workbench.services.crash_reports import CrashReports
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.logs import Masker, log_handler
from workbench.storage.secrets import KeyringSecrets, NoKeychain
from workbench.storage.settings import SettingsFile
from workbench.storage.targets import TargetStore

CANARY = "canary-7d1c2b9e5f"


def no_keychain() -> None:
    raise NoKeychain("there is none")


def test_a_secret_is_in_no_file_log_report_or_repr(run: Loop, tmp_path: Path) -> None:
    masker = Masker()
    secrets = KeyringSecrets(no_keychain, seen=masker.add)  # type: ignore[arg-type]  # it never returns one
    target = Target("t1", "Mine", TargetKind.CLOUDFLARE, account="a" * 32)
    run(secrets.put(secret_name(target.id, SecretKind.API_TOKEN), Secret(CANARY)))
    token = run(secrets.get(secret_name(target.id, SecretKind.API_TOKEN)))
    assert token is not None
    assert token.reveal() == CANARY
    connection = Connection(target, Credentials(api_token=token, provider_keys={"openai": token}))

    database = run.database()
    run(TargetStore(database).save(connection.target))
    sent = masked_headers((("authorization", f"Bearer {token.reveal()}"), ("x-api-key", token.reveal())))
    run(ExchangeStore(database).put(Exchange("e", 1.0, request_headers=sent, chunks=[Chunk(1.0, b"{}")])))
    SettingsFile(tmp_path / "settings.json").save(Settings(theme="dark"))

    logger = logging.getLogger("workbench.canary")
    handler = log_handler(tmp_path / "workbench.log", masker)
    logger.addHandler(handler)
    error = RequestFailed(f"told {CANARY}", failure=Failure.UNAUTHORIZED, maker=Maker.GATEWAY)
    try:
        raise error
    except RequestFailed:
        logger.exception("asked with %s and %s", connection, CANARY)
    logger.removeHandler(handler)
    handler.close()
    reports = CrashReports(tmp_path / "workbench.log", masker)
    reports.keep(reports.caught(error))

    assert CANARY not in f"{connection!r} {connection} {secrets!r} {token} {token!r}"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 4
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]
