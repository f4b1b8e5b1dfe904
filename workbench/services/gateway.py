"""The local gateway as the window has it: started, shared, watched, restarted, stopped (design §3)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from workbench.domain.errors import WorkbenchError
from workbench.domain.gateway import ACCESS_TOKEN, GatewayPhase, GatewayState, Upstream, UpstreamKind
from workbench.domain.secret import Secret
from workbench.services.background import Background
from workbench.services.listeners import Listeners
from workbench.storage.secrets import SecretStore

QUICK_DEATH_S = 20.0
MAX_QUICK_DEATHS = 5
MAX_REFUSALS = 2
"""A gateway that says why it does not start is tried once more, for what was in its way may just be leaving."""
LONGEST_PAUSE_S = 30.0
LOOKS, LOOK_PAUSE_S = 32, 0.25
"""How often a gateway that uses the data folder and is not ours is looked at again: one whose window has just died leaves."""
RELEASE_TRIES = 10
RELEASE_PAUSE_S = 0.1

_log = logging.getLogger(__name__)


class Neighbour(Enum):
    """What answers at an address."""

    NOBODY = auto()
    STRANGER = auto()
    FOREIGN = auto()
    """A gateway that does not take our token: somebody else's, or of a window that kept its token in memory."""
    OURS = auto()


class StartRefused(WorkbenchError):
    """A gateway would not start, and said why in its own words: it will say the same the next time."""


class FolderTaken(WorkbenchError):
    """A gateway that does not take our token uses the data folder, and stays."""

    def __init__(self, address: str) -> None:
        super().__init__(
            "Another local gateway uses this data folder already.",
            why=f"It runs at {address} with an access token that is not known here.",
            fix="Close the other window, or stop that gateway, and try again.",
        )


class Control(Protocol):
    """client.gateway_control.GatewayControl."""

    async def alive(self, address: str) -> bool | None:
        """True: a gateway of ours, whoever's; False: something else; None: nothing listens."""

    async def admits(self, address: str, token: Secret) -> bool: ...

    def lease(self, address: str, token: Secret) -> AsyncGenerator[None, None]:
        """Yields once it is held, and ends when the gateway has gone. Raises RequestFailed when it is not granted."""

    async def release(self, address: str, token: Secret) -> bool:
        """Ask it to leave if nobody holds a lease; whether it does."""

    async def put_upstream(self, address: str, token: Secret, upstream: Upstream) -> None: ...


class Process(Protocol):
    """services.gateway_process.GatewayProcess."""

    address: str

    @property
    def alive(self) -> bool: ...
    async def ended(self, within_s: float) -> bool: ...
    async def stop(self) -> None: ...
    def let_go(self) -> None: ...
    def last_words(self) -> str: ...


class Launcher(Protocol):
    """services.gateway_process.GatewayLauncher."""

    async def launch(self, port: int, token: Secret) -> Process: ...

    async def running(self) -> str:
        """The address where a gateway that uses the data folder said it listens, dead or alive; "" for none."""


@dataclass(slots=True)
class _Seat:
    """Where the gateway runs. process: None when another window started it."""

    address: str
    process: Process | None
    note: str = ""


class LocalGateway:
    """One for the life of the window. port: asked at every start, so that a changed setting holds from the next one.

    `ensure` starts it; from then on it is kept running until `aclose`. Which upstream it uses is told to it again after
    every start. `state` is always true; `on_change` tells of each new one.
    """

    def __init__(
        self,
        secrets: SecretStore,
        control: Control,
        launcher: Launcher,
        port: Callable[[], int],
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secrets = secrets
        self._control = control
        self._launcher = launcher
        self._port = port
        self._sleep = sleep
        self._clock = clock
        self._background = Background()
        self._listeners: Listeners[GatewayState] = Listeners()
        self._settled = asyncio.Event()
        self._seat: _Seat | None = None
        self._token: Secret | None = None
        self._minting = asyncio.Lock()
        self._upstream = Upstream()
        self._closed = False
        self.state = GatewayState()

    @property
    def upstream(self) -> Upstream:
        return self._upstream

    @property
    def sandbox(self) -> bool:
        """Answers are simulated."""
        return self._upstream.kind is UpstreamKind.SANDBOX

    def on_change(self, listener: Callable[[GatewayState], object]) -> Callable[[], None]:
        """Call listener with every new state; returns what ends that."""
        return self._listeners.add(listener)

    async def ensure(self) -> GatewayState:
        """Start it or join a running one, if that has not been done, and wait until it runs or has FAILED.

        After FAILED, it tries afresh. Raises nothing.
        """
        if self._closed:
            return self.state
        if not self._background.runs("keep"):
            self._settled.clear()
            self._background.start("keep", self._keep())
        elif await self._is_gone(self._seat):
            self._settled.clear()  # its lease is about to tell
        await self._settled.wait()
        return self.state

    async def restart(self) -> GatewayState:
        """Leave the one there is, stop it unless another window uses it, and start or join one again."""
        if self._closed:
            return self.state
        await self._stop()
        return await self.ensure()

    async def access_token(self) -> Secret:
        """The machine's access token; made, and put into the keychain, when there is none."""
        async with self._minting:
            if self._token is None:
                self._token = await self._secrets.get(ACCESS_TOKEN)
            if self._token is None:
                from secrets import token_urlsafe

                self._token = Secret(token_urlsafe(32))
                await self._secrets.put(ACCESS_TOKEN, self._token)
            return self._token

    async def set_upstream(self, upstream: Upstream) -> None:
        """Who answers from now on. Raises RequestFailed when the running gateway does not take it; it holds from the next start."""
        self._upstream = upstream
        if self._seat is not None and self.state.phase is GatewayPhase.RUNNING:
            await self._control.put_upstream(self._seat.address, await self.access_token(), upstream)

    async def aclose(self) -> None:
        """Give up the lease, and stop the gateway unless another window uses it."""
        self._closed = True
        await self._stop()
        self._settled.set()

    async def _stop(self) -> None:
        await self._background.aclose()
        if self._seat is not None:
            await self._leave(self._seat)
            self._seat = None
        self._set(GatewayState())

    async def _keep(self) -> None:
        """Keep it running; ends only when it dies again and again as soon as it was started, or refuses to start."""
        deaths = refusals = 0
        while True:
            self._announce_start()
            began = self._clock()
            try:
                why = await self._serve()
                refusals = 0
            except FolderTaken as error:
                return self._give_up(error.what, error.why, error.fix)
            except StartRefused as error:
                why = error.why
                refusals += 1
                if refusals >= MAX_REFUSALS:
                    return self._give_up(error.what, error.why, error.fix)
            except WorkbenchError as error:
                why = f"{error.what} {error.why}".strip()
            except Exception as error:  # noqa: BLE001  the edge: whoever waits for the gateway must be told
                _log.exception("Keeping the local gateway failed")
                why = f"{type(error).__name__}: {error}"
            _log.warning("The local gateway is gone: %s", why or "it said nothing")
            deaths = deaths + 1 if self._clock() - began < QUICK_DEATH_S else 1
            if deaths >= MAX_QUICK_DEATHS:
                return self._give_up(
                    "The local gateway does not stay up.",
                    f"It ended {MAX_QUICK_DEATHS} times right after its start. {why}".strip(),
                    "Try again, or choose another port in the preferences. Other targets work without it.",
                )
            self._set(GatewayState(GatewayPhase.RESTARTING, restarts=self.state.restarts + 1))
            await self._sleep(min(2.0 ** (deaths - 1), LONGEST_PAUSE_S))

    async def _serve(self) -> str:
        """Have a gateway, hold its lease until it goes; why it went, as far as it told."""
        token = await self.access_token()
        seat = self._seat = await self._take_seat(token)
        try:
            async with aclosing(self._control.lease(seat.address, token)) as lease:
                async for _ in lease:
                    await self._control.put_upstream(seat.address, token, self._upstream)
                    self._set(
                        GatewayState(
                            GatewayPhase.RUNNING,
                            seat.address,
                            shared=seat.process is None,
                            restarts=self.state.restarts,
                            note=seat.note,
                        )
                    )
                    self._settled.set()
        except WorkbenchError:
            await self._clear(seat)
            raise
        self._settled.clear()
        self._set(GatewayState(GatewayPhase.RESTARTING, restarts=self.state.restarts))
        return await self._clear(seat)

    async def _is_gone(self, seat: _Seat | None) -> bool:
        """The one that runs has died, and its lease has not dropped yet."""
        return seat is not None and await self._control.alive(seat.address) is None and seat is self._seat

    async def _clear(self, seat: _Seat) -> str:
        """After the lease has dropped: nothing of ours may be left in the way of the next start."""
        if seat.process is not None and not await seat.process.ended(1.0):
            await seat.process.stop()  # it hangs: the lease had gone silent
        self._seat = None
        return seat.process.last_words() if seat.process else ""

    async def _take_seat(self, token: Secret) -> _Seat:
        port = self._port()
        address = f"http://127.0.0.1:{port}"
        if (other := await self._in_folder(token)) and other != address:
            note = f"The gateway that another window started listens at {other}, not at port {port}."
            return _Seat(other, None, note)
        match await self._look(address, token):
            case Neighbour.OURS:
                return _Seat(address, None)
            case Neighbour.STRANGER | Neighbour.FOREIGN:
                return await self._start_elsewhere(port, token)
        try:
            process = await self._launcher.launch(port, token)
        except WorkbenchError:
            match await self._look(address, token):
                case Neighbour.OURS:  # another window was faster
                    return _Seat(address, None)
                case Neighbour.STRANGER | Neighbour.FOREIGN:
                    return await self._start_elsewhere(port, token)
            raise
        return _Seat(process.address, process)

    async def _in_folder(self, token: Secret) -> str:
        """Where the gateway is that uses the data folder, "" where there is none; one that is not ours is given time to leave.

        A data folder serves one at a time. Raises FolderTaken.
        """
        address = ""
        for _ in range(LOOKS):
            address = await self._launcher.running()
            match await self._look(address, token) if address else Neighbour.NOBODY:
                case Neighbour.OURS:
                    return address
                case Neighbour.NOBODY | Neighbour.STRANGER:  # it died without a word
                    return ""
            await self._sleep(LOOK_PAUSE_S)
        raise FolderTaken(address)

    async def _start_elsewhere(self, port: int, token: Secret) -> _Seat:
        process = await self._launcher.launch(0, token)
        note = f"Port {port} is taken by another program, so the gateway listens at {process.address}."
        return _Seat(process.address, process, note)

    async def _look(self, address: str, token: Secret) -> Neighbour:
        alive = await self._control.alive(address)
        if alive is None:
            return Neighbour.NOBODY
        if not alive:
            return Neighbour.STRANGER
        return Neighbour.OURS if await self._control.admits(address, token) else Neighbour.FOREIGN

    async def _leave(self, seat: _Seat) -> None:
        """Our lease has just been given up, which the gateway may notice a moment later than it hears us."""
        token = await self.access_token()
        leaving = False
        for _ in range(RELEASE_TRIES):
            try:
                leaving = await self._control.release(seat.address, token)
            except WorkbenchError:
                leaving = True  # it has gone already, or does not answer any more
            if leaving:
                break
            await self._sleep(RELEASE_PAUSE_S)
        if seat.process is None:
            return
        if leaving:
            if not await seat.process.ended(3.0):
                await seat.process.stop()
        else:
            seat.process.let_go()  # another window holds a lease, and will be the last one out

    def _announce_start(self) -> None:
        phase = GatewayPhase.RESTARTING if self.state.restarts else GatewayPhase.STARTING
        self._set(GatewayState(phase, restarts=self.state.restarts))

    def _give_up(self, what: str, why: str, fix: str) -> None:
        self._set(GatewayState(GatewayPhase.FAILED, what=what, why=why, fix=fix))
        self._settled.set()

    def _set(self, state: GatewayState) -> None:
        if state == self.state:
            return
        self.state = state
        self._listeners.tell(state)
