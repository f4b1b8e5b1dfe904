"""The local gateway as whoever asks it sees it, where one really runs (see tests.running_gateway)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.running_gateway import running_gateway
from workbench.client.connection import Call, HttpClient
from workbench.client.failures import Asked, Door
from workbench.domain.models import Model
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials, Target, TargetKind
from workbench.storage.catalogue import offline_models, provider_image_models


def local_at(address: str, token: Secret) -> Connection:
    target = Target(
        "local",
        "Local gateway",
        TargetKind.LOCAL,
        account="local",
        gateway="default",
        api_base=f"{address}/client/v4",
        gateway_base=f"{address}/v1",
    )
    return Connection(target, Credentials(token))


@contextmanager
def running_local(folder: Path, token: Secret) -> Iterator[Connection]:
    """folder: where the gateway keeps everything."""
    with running_gateway(folder, token.reveal()) as address:
        yield local_at(address, token)


async def order(connection: Connection, rules: Mapping[str, str]) -> None:
    """Tell the sandbox how to misbehave; {} for not at all."""
    base = connection.target.api_base.removesuffix("/client/v4")
    token = connection.credentials.api_token
    assert token is not None
    headers = (("authorization", f"Bearer {token.reveal()}"), ("content-type", "application/json"))
    call = Call("PUT", f"{base}/workbench/faults", Asked(Door.API, "it"), headers, json.dumps(rules).encode())
    http = HttpClient()
    try:
        assert (await http.fetch(call)).status == 200
    finally:
        await http.aclose()


class OnlyHere:
    """Targets and models, where there are the local gateway and the lists that come with the program."""

    def __init__(self, address: str, token: str) -> None:
        self._connection = local_at(address, Secret(token))
        self._models = {model.id: model for model in (*offline_models(), *provider_image_models())}

    def named(self, name: str) -> Target:
        assert name in ("", self._connection.target.name)
        return self._connection.target

    async def connection(self, target_id: str = "") -> Connection:
        return self._connection

    def find(self, model_id: str) -> Model:
        return self._models.get(model_id, Model(model_id, known=False))
