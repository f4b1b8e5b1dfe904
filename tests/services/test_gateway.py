from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from tests.conftest import Run
from workbench.domain.errors import Failure, Maker, RequestFailed, WorkbenchError
from workbench.domain.gateway import ACCESS_TOKEN, GatewayPhase, GatewayState, Upstream, UpstreamKind
from workbench.domain.secret import Secret
from workbench.services.gateway import LOOKS, MAX_QUICK_DEATHS, MAX_REFUSALS, LocalGateway, StartRefused
from workbench.storage.secrets import MemorySecrets

REFUSED = RequestFailed("No.", failure=Failure.CONNECT, maker=Maker.NETWORK)


class FakeProcess:
    def __init__(self, world: World, address: str) -> None:
        self.world = world
        self.address = address
        self.let_go_of = False
        self.stopped = False

    @property
    def alive(self) -> bool:
        return self.address in self.world.gateways

    async def ended(self, within_s: float) -> bool:
        return not self.alive

    async def stop(self) -> None:
        self.stopped = True
        self.world.die(self.address)

    def let_go(self) -> None:
        self.let_go_of = True

    def last_words(self) -> str:
        return "It was the port."


class World:
    """Gateways, strangers and leases by address; both the launcher and the control of a LocalGateway."""

    def __init__(self) -> None:
        self.gateways: dict[str, Secret] = {}
        self.strangers: set[str] = set()
        self.leases: dict[str, list[asyncio.Event]] = {}
        self.upstreams: list[UpstreamKind] = []
        self.launched: list[FakeProcess] = []
        self.failures = 0
        self.failure = WorkbenchError("The local gateway could not be started.", why="Missing.")
        self.dies_at_once = False
        self.in_folder = ""
        self.leaves_after = 0  # pauses, then whoever uses the folder is gone
        self.pauses: list[float] = []

    async def launch(self, port: int, token: Secret) -> FakeProcess:
        if self.failures:
            self.failures -= 1
            raise self.failure
        address = f"http://127.0.0.1:{port or 50000}"
        self.gateways[address] = token
        process = FakeProcess(self, address)
        self.launched.append(process)
        return process

    async def running(self) -> str:
        return self.in_folder

    async def alive(self, address: str) -> bool | None:
        if address in self.strangers:
            return False
        return True if address in self.gateways else None

    async def admits(self, address: str, token: Secret) -> bool:
        return self.gateways.get(address) == token

    async def lease(self, address: str, token: Secret) -> AsyncGenerator[None, None]:
        if address not in self.gateways:
            raise REFUSED
        dropped = asyncio.Event()
        self.leases.setdefault(address, []).append(dropped)
        try:
            yield None
            if self.dies_at_once:
                self.die(address)
            await dropped.wait()
        finally:
            self.leases[address].remove(dropped)

    async def release(self, address: str, token: Secret) -> bool:
        if self.leases.get(address):
            return False
        self.gateways.pop(address, None)
        return True

    async def put_upstream(self, address: str, token: Secret, upstream: Upstream) -> None:
        self.upstreams.append(upstream.kind)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if len(self.pauses) == self.leaves_after:
            self.die(self.in_folder)
        await asyncio.sleep(0)

    def die(self, address: str) -> None:
        self.gateways.pop(address, None)
        for dropped in self.leases.get(address, []):
            dropped.set()

    def window(self, secrets: MemorySecrets | None = None) -> LocalGateway:
        return LocalGateway(secrets or MemorySecrets(), self, self, lambda: 8787, sleep=self.sleep)

    async def ensured(self) -> GatewayState:
        """What a window that needs it comes to."""
        gateway = self.window()
        state = await gateway.ensure()
        await gateway.aclose()
        return state


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_the_first_need_starts_the_gateway_and_closing_stops_it(run_async: Run) -> None:
    world = World()

    async def scenario() -> list[GatewayPhase]:
        gateway = world.window()
        seen: list[GatewayPhase] = []
        gateway.on_change(lambda state: seen.append(state.phase))
        state = await gateway.ensure()
        assert (state.phase, state.address, state.shared) == (
            GatewayPhase.RUNNING,
            "http://127.0.0.1:8787",
            False,
        )
        await gateway.aclose()
        return seen

    assert run_async(scenario()) == [GatewayPhase.STARTING, GatewayPhase.RUNNING, GatewayPhase.STOPPED]
    assert world.gateways == {}


def test_everybody_who_needs_it_at_once_gets_the_same_one(run_async: Run) -> None:
    world = World()

    async def scenario() -> None:
        gateway = world.window()
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(gateway.ensure())
        await gateway.aclose()

    run_async(scenario())
    assert len(world.launched) == 1


def test_one_that_has_just_died_is_not_taken_for_running(run_async: Run) -> None:
    world = World()

    async def scenario() -> None:
        gateway = world.window()
        address = (await gateway.ensure()).address
        del world.gateways[address]  # dead, and the lease has not told yet
        async with asyncio.TaskGroup() as group:
            again = group.create_task(gateway.ensure())
            await turns()
            assert not again.done()
            world.die(address)
        assert again.result().phase is GatewayPhase.RUNNING
        assert len(world.launched) == 2
        await gateway.aclose()

    run_async(scenario())


def test_two_windows_share_one_and_the_last_one_out_stops_it(run_async: Run) -> None:
    world, secrets = World(), MemorySecrets()

    async def scenario() -> None:
        first, second = world.window(secrets), world.window(secrets)
        await first.ensure()
        state = await second.ensure()
        assert state.shared
        await first.aclose()
        assert world.gateways
        assert world.launched[0].let_go_of
        await second.aclose()

    run_async(scenario())
    assert len(world.launched) == 1
    assert world.gateways == {}
    assert not world.launched[0].stopped


def test_a_taken_port_is_left_to_its_owner_and_said(run_async: Run) -> None:
    world = World()
    world.strangers.add("http://127.0.0.1:8787")

    state = run_async(world.ensured())
    assert state.address == "http://127.0.0.1:50000"
    assert "8787" in state.note


def test_a_gateway_that_refuses_our_token_is_a_stranger(run_async: Run) -> None:
    world = World()
    world.gateways["http://127.0.0.1:8787"] = Secret("somebody else's")

    assert run_async(world.ensured()).address == "http://127.0.0.1:50000"
    assert "http://127.0.0.1:8787" in world.gateways


def test_one_that_runs_in_the_data_folder_is_shared_wherever_it_listens(run_async: Run) -> None:
    world, secrets = World(), MemorySecrets()

    async def scenario() -> GatewayState:
        world.in_folder = "http://127.0.0.1:50001"
        world.gateways[world.in_folder] = await world.window(secrets).access_token()
        gateway = world.window(secrets)
        state = await gateway.ensure()
        await gateway.aclose()
        return state

    state = run_async(scenario())
    assert (state.phase, state.address, state.shared) == (GatewayPhase.RUNNING, world.in_folder, True)
    assert "50001" in state.note
    assert world.launched == []


def foreign_in_the_folder(world: World, run_async: Run) -> list[GatewayState]:
    """All states of a window that starts while a gateway that refuses its token uses the data folder."""
    world.in_folder = "http://127.0.0.1:8787"
    world.gateways[world.in_folder] = Secret("of a window that was killed")

    async def scenario() -> list[GatewayState]:
        gateway = world.window()
        states: list[GatewayState] = []
        gateway.on_change(states.append)
        await gateway.ensure()
        states = list(states)
        await gateway.aclose()
        return states

    return run_async(scenario())


def test_one_that_a_killed_window_left_behind_is_given_time_to_leave(run_async: Run) -> None:
    world = World()
    world.leaves_after = 5
    states = foreign_in_the_folder(world, run_async)
    assert [state.phase for state in states] == [GatewayPhase.STARTING, GatewayPhase.RUNNING]
    assert (states[-1].address, states[-1].note) == ("http://127.0.0.1:8787", "")


def test_one_that_stays_in_the_data_folder_is_told_once_and_left_alone(run_async: Run) -> None:
    world = World()
    states = foreign_in_the_folder(world, run_async)
    assert [state.phase for state in states] == [GatewayPhase.STARTING, GatewayPhase.FAILED]
    assert "uses this data folder already" in states[-1].what
    assert "http://127.0.0.1:8787" in states[-1].why
    assert states[-1].fix
    assert world.launched == []
    assert list(world.gateways) == ["http://127.0.0.1:8787"]
    assert len(world.pauses) == LOOKS


def test_what_a_dead_one_left_in_the_data_folder_holds_nobody_up(run_async: Run) -> None:
    world = World()
    world.in_folder = "http://127.0.0.1:50001"
    world.strangers.add(world.in_folder)

    assert run_async(world.ensured()).address == "http://127.0.0.1:8787"
    assert world.pauses == []


def test_a_death_is_noticed_and_the_upstream_told_again(run_async: Run) -> None:
    world = World()

    async def scenario() -> GatewayState:
        gateway = world.window()
        await gateway.ensure()
        await gateway.set_upstream(Upstream(UpstreamKind.OPENAI, base_url="http://127.0.0.1:1/v1"))
        world.die("http://127.0.0.1:8787")
        await turns()
        state = await gateway.ensure()
        await gateway.aclose()
        return state

    state = run_async(scenario())
    assert (state.phase, state.restarts) == (GatewayPhase.RUNNING, 1)
    assert world.upstreams == [UpstreamKind.SANDBOX, UpstreamKind.OPENAI, UpstreamKind.OPENAI]
    assert world.pauses[0] == 1


def test_after_five_quick_deaths_it_gives_up_and_says_why(run_async: Run) -> None:
    world = World()
    world.dies_at_once = True

    async def scenario() -> tuple[GatewayState, GatewayState]:
        gateway = world.window()
        failed = asyncio.Event()
        gateway.on_change(lambda state: failed.set() if state.phase is GatewayPhase.FAILED else None)
        await gateway.ensure()
        await failed.wait()
        state = gateway.state
        world.dies_at_once = False
        again = await gateway.ensure()
        await gateway.aclose()
        return state, again

    state, again = run_async(scenario())
    assert world.pauses[: MAX_QUICK_DEATHS - 1] == [1, 2, 4, 8]
    assert state.phase is GatewayPhase.FAILED
    assert "It was the port." in state.why
    assert state.fix
    assert again.phase is GatewayPhase.RUNNING


def test_a_gateway_that_refuses_to_start_is_tried_once_more_and_believed(run_async: Run) -> None:
    world = World()
    world.failures = 9
    world.failure = StartRefused("It could not be started.", why="The data file is damaged.", fix="Move it.")

    async def scenario() -> GatewayState:
        gateway = world.window()
        failed = asyncio.Event()
        gateway.on_change(lambda state: failed.set() if state.phase is GatewayPhase.FAILED else None)
        await gateway.ensure()
        await failed.wait()
        state = gateway.state
        await gateway.aclose()
        return state

    state = run_async(scenario())
    assert world.failures == 9 - MAX_REFUSALS
    assert (state.why, state.fix) == ("The data file is damaged.", "Move it.")


def test_a_start_that_fails_is_tried_again(run_async: Run) -> None:
    world = World()
    world.failures = 2

    assert run_async(world.ensured()).phase is GatewayPhase.RUNNING
    assert world.pauses[:2] == [1, 2]


def test_losing_the_race_for_the_port_to_another_window_means_sharing(run_async: Run) -> None:
    world, secrets = World(), MemorySecrets()

    async def scenario() -> GatewayState:
        await secrets.put(ACCESS_TOKEN, Secret("t" * 20))

        class Slow(World):
            async def launch(self, port: int, token: Secret) -> FakeProcess:
                world.gateways[f"http://127.0.0.1:{port}"] = token
                raise WorkbenchError("The address is in use.")

        gateway = LocalGateway(secrets, world, Slow(), lambda: 8787, sleep=world.sleep)
        state = await gateway.ensure()
        await gateway.aclose()
        return state

    assert run_async(scenario()).shared


def test_the_access_token_is_made_once_and_kept(run_async: Run) -> None:
    secrets = MemorySecrets()

    async def scenario() -> tuple[Secret, Secret, Secret | None]:
        one, two = World().window(secrets), World().window(secrets)
        return await one.access_token(), await two.access_token(), await secrets.get(ACCESS_TOKEN)

    first, second, kept = run_async(scenario())
    assert first == second == kept
    assert len(first.reveal()) >= 32


def test_a_restart_takes_a_changed_port(run_async: Run) -> None:
    world = World()
    ports = [8787]

    async def scenario() -> GatewayState:
        gateway = LocalGateway(MemorySecrets(), world, world, lambda: ports[0], sleep=world.sleep)
        await gateway.ensure()
        ports[0] = 9999
        state = await gateway.restart()
        assert list(world.gateways) == ["http://127.0.0.1:9999"]
        await gateway.aclose()
        return state

    state = run_async(scenario())
    assert (state.phase, state.address, state.restarts) == (GatewayPhase.RUNNING, "http://127.0.0.1:9999", 0)


def test_closing_while_it_starts_leaves_nothing(run_async: Run) -> None:
    world = World()

    async def scenario() -> GatewayState:
        gateway = world.window()
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(gateway.ensure())
            await asyncio.sleep(0)
            await gateway.aclose()
        return waiting.result()

    assert run_async(scenario()).phase is GatewayPhase.STOPPED
    assert world.gateways == {}
