"""A stream's batches, in order."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Callable, Deque, Dict, List, NamedTuple, Optional, Tuple, Union

from .codec import number
from .errors import GatewayError

#: ``"latest"``, ``"earliest"``, ``{"batchTime": ms}`` or ``{"after": ms}``.
From = Union[str, Dict[str, int]]
Send = Callable[[Dict[str, Any]], None]


class Gap(NamedTuple):
    """Batches that were lost: after ``from_ms``, before ``to_ms``. ``why``: ``retention`` (no longer kept, or
    failed), ``epoch`` (the server began anew) or ``overload`` (this reader was too slow)."""

    from_ms: int
    to_ms: int
    why: str


class Position(NamedTuple):
    """Where to go on: after this batch of this epoch. ``after``: None where there is none yet."""

    epoch: Optional[str]
    after: Optional[int]


@dataclass(frozen=True)
class Batch:
    """One batch, whole; empty ones come too. ``(epoch, batch_time)`` is the key of an exactly-once effect."""

    stream: str
    epoch: str
    #: Its name for ever, ms since the epoch.
    batch_time: int
    records: List[Any]
    #: How often it came before, after a ``nack``.
    redelivery: int
    #: What is missing before it.
    gap: Optional[Gap]
    _subscription: "Subscription" = field(repr=False, compare=False)

    def ack(self) -> None:
        """All up to this one are done (``ack="manual"``): the server's status page shows it."""
        self._subscription._acknowledge(self)

    def nack(self, *, delay_ms: int = 0, why: str = "") -> None:
        """From this one on, again, after ``delay_ms``; after a reconnect as well."""
        self._subscription._nack(self, {"delayMs": delay_ms, "why": why})


class Subscription:
    """``async for batch in client.subscribe("counts")``. Resumes by itself after a reconnect; leaving the loop does not
    end it, ``stop()`` does, or the end of the client."""

    def __init__(
        self,
        stream: str,
        position: From,
        epoch: Optional[str],
        ack: str,
        window: Tuple[int, int],
        on_end: Callable[["Subscription"], None],
    ) -> None:
        self.stream = stream
        self._from = position
        #: Of the last batch that came, or of what was asked for. Another one is known to the program once a batch of
        #: it has come, and not before.
        self._last_epoch = epoch
        #: What the server has now.
        self._server_epoch: Optional[str] = None
        after = position.get("after") if isinstance(position, dict) else None
        self._taken = Position(epoch, after)
        self._ack = ack
        self._window = window
        self._on_end = on_end
        self._held: Deque[Tuple[Batch, int]] = deque()
        self._waiters: Deque["asyncio.Future[None]"] = deque()
        self._parts: List[Any] = []
        self._parts_bytes = 0
        self._last_ms: Optional[int] = None
        self._gap: Optional[Gap] = None
        self._is_over = False
        self._failure: Optional[GatewayError] = None
        self._send: Optional[Send] = None
        self._sub: Optional[int] = None
        #: Of this session: what the program has taken, less what waited already when it began.
        self._done = (0, 0)
        self._granted = (0, 0)
        #: The first batch that was given back by ``nack`` and has not come again: another session begins there.
        self._back_ms: Optional[int] = None
        self._back_epoch: Optional[str] = None
        #: Where this session was asked to begin with what was given back before it; and the last batch that comes again.
        self._again_from_ms: Optional[int] = None
        self._again_to_ms: float = -math.inf
        #: How often something was given back, with that: batches that come again for the last time say this number.
        self._nacks = 0
        #: The program had a batch that it gave back, and has none since then that came again.
        self._is_taken_back = False

    @property
    def epoch(self) -> Optional[str]:
        """The incarnation of the server's log; None before the server has said it."""
        return self._server_epoch

    @property
    def position(self) -> Position:
        """After the last batch that was taken: where to resume, to be stored together with what was done."""
        return self._taken

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Batch:
        batch = await self._read()
        self._take(batch)
        return batch

    def _take(self, batch: Batch) -> None:
        # Those that were on their way when it was given back come again after it.
        if self._is_taken_back and batch.redelivery < max(1, self._nacks) and batch.gap is None:
            return
        self._is_taken_back = False
        self._taken = Position(batch.epoch, batch.batch_time)

    async def _read(self) -> Batch:
        while True:
            if self._held:
                batch, size = self._held.popleft()
                self._done = (self._done[0] + len(batch.records), self._done[1] + size)
                self._grant()
                return batch
            if self._failure is not None:
                raise self._failure
            if self._is_over:
                raise StopAsyncIteration
            waiter: "asyncio.Future[None]" = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    def stop(self) -> None:
        """Ends it; whoever waits learns. What came already can still be read."""
        if self._is_over:
            return
        if self._sub is not None and self._send is not None:
            self._send({"t": "unsub", "sub": self._sub})
        self._over(None)

    def _over(self, error: Optional[GatewayError]) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._failure = error
        self._on_end(self)
        self._wake()

    def _wake(self) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)

    # --- what the session says ---

    def _begin(self, request_id: int, send: Send) -> None:
        """Asks to go on where it was."""
        self._send, self._sub = send, None
        self._gap = None
        self._parts, self._parts_bytes = [], 0
        self._again_from_ms = self._back_ms
        self._again_to_ms = -math.inf if self._back_ms is None or self._last_ms is None else self._last_ms
        self._nacks = 0 if self._back_ms is None else 1
        # What still waits here takes its room of the window: with each session there would be more of it.
        self._done = (-sum(len(batch.records) for batch, _ in self._held), -sum(size for _, size in self._held))
        self._granted = (max(0, self._done[0] + self._window[0]), max(0, self._done[1] + self._window[1]))
        position: From = self._from if self._last_ms is None else {"after": self._last_ms}
        if self._back_ms is not None:
            position = {"batchTime": self._back_ms}
        message: Dict[str, Any] = {"t": "sub", "id": request_id, "stream": self.stream, "from": position}
        if self._last_epoch is not None:
            message["epoch"] = self._last_epoch
        send({**message, "ack": self._ack, "credit": {"records": self._granted[0], "bytes": self._granted[1]}})

    def _pause(self) -> None:
        self._send, self._sub = None, None

    def _started(self, message: Dict[str, Any]) -> None:
        self._sub = message["sub"]
        self._server_epoch = message["epoch"]
        if self._last_ms is None and self._from == "latest":
            # Should the connection break before the first batch, nothing is to be missed: where there was none, all are later.
            self._last_ms = message.get("latest", 0)
            self._last_epoch = self._server_epoch
            if self._taken.after is None:
                self._taken = Position(self._server_epoch, self._last_ms)
        self._grant()  # Taken before there was somebody to tell.
        if self._back_ms is None:
            return
        if self._back_epoch != self._server_epoch:  # A log that began anew has other batches.
            self._back_ms = self._again_from_ms = None
            self._again_to_ms = -math.inf
            self._nacks = 0
        elif self._back_ms != self._again_from_ms:
            self._give_back(self._back_ms, {})

    def _gapped(self, message: Dict[str, Any]) -> None:
        gap = Gap(number(message, "from"), number(message, "to"), message["why"])
        if self._gap is not None:  # The batch that it came ahead of is lost as well: one says both.
            gap = Gap(self._gap.from_ms, gap.to_ms, "epoch" if self._gap.why == "epoch" else gap.why)
        self._gap = gap
        self._drop_parts()
        if self._back_ms is not None and self._last_ms is not None and message["to"] > self._last_ms:
            self._back_ms = None  # What was given back is not kept any more.

    def _received(self, message: Dict[str, Any], frame_bytes: int) -> None:
        index, count = message["part"]
        if index == 0:
            self._drop_parts()
        self._parts.extend(message["records"])
        self._parts_bytes += frame_bytes
        if index < count - 1:
            self._grant()
            return
        batch_time: int = number(message, "batchTime")
        redelivery: int = message.get("redelivery", 0)
        if self._again_from_ms is not None and (redelivery > 0 or batch_time <= self._again_to_ms):
            redelivery += 1
        if redelivery == 0 or self._last_ms is None:
            self._last_ms = batch_time
            self._last_epoch = self._server_epoch
        elif self._back_ms is not None and redelivery == self._nacks:
            self._back_ms = batch_time + 1 if batch_time < self._last_ms else None
        batch = Batch(
            self.stream,
            self._server_epoch or "",
            batch_time,
            self._parts,
            redelivery,
            self._gap,
            self,
        )
        size = self._parts_bytes
        self._parts, self._parts_bytes, self._gap = [], 0, None
        self._held.append((batch, size))
        self._wake()

    def _drop_parts(self) -> None:
        """The rest of a batch does not come, as it was lost, or another one was given back. The server has counted what
        came of it."""
        self._done = (self._done[0], self._done[1] + self._parts_bytes)
        self._parts, self._parts_bytes = [], 0

    def _acknowledge(self, batch: Batch) -> None:
        if self._sub is not None and self._send is not None and batch.epoch == self._server_epoch:
            self._send({"t": "ack", "sub": self._sub, "batchTime": batch.batch_time})

    def _nack(self, batch: Batch, how: Dict[str, Any]) -> None:
        if self._is_over or batch.epoch != self._server_epoch:
            return  # What another log had cannot come again.
        back_ms = batch.batch_time
        self._back_ms = back_ms if self._back_ms is None else min(self._back_ms, back_ms)
        self._back_epoch = batch.epoch
        self._is_taken_back = True
        after = self._taken.after
        self._taken = Position(batch.epoch, back_ms - 1 if after is None else min(after, back_ms - 1))
        # Where nobody is there to tell, the next session is.
        if self._sub is not None:
            self._give_back(back_ms, how)

    def _give_back(self, batch_time: int, how: Dict[str, Any]) -> None:
        self._nacks += 1
        if self._send is not None:
            self._send({"t": "nack", "sub": self._sub, "batchTime": batch_time, **how})

    def _grant(self) -> None:
        """Says how much more may come, when a half of it is used up."""
        if self._sub is None or self._send is None:
            return
        records = max(self._granted[0], self._done[0] + self._window[0])
        # A batch larger than the window: what is here of it makes room for its other parts.
        size = max(self._granted[1], self._done[1] + self._parts_bytes + self._window[1])
        is_worth = records - self._granted[0] >= self._window[0] / 2 or size - self._granted[1] >= self._window[1] / 2
        if not is_worth:
            return
        self._granted = (records, size)
        self._send({"t": "credit", "sub": self._sub, "records": records, "bytes": size})
