"""A stream's batches, in order."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Callable, Deque, Dict, List, NamedTuple, Optional, Tuple, Union

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
    _answer: Callable[[Dict[str, Any]], None] = field(repr=False, compare=False)

    def ack(self) -> None:
        """All up to this one are done (``ack="manual"``)."""
        self._answer({"t": "ack", "batchTime": self.batch_time})

    def nack(self, *, delay_ms: int = 0, why: str = "") -> None:
        """From this one on, again, after ``delay_ms``."""
        self._answer({"t": "nack", "batchTime": self.batch_time, "delayMs": delay_ms, "why": why})


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
        self._done = (0, 0)
        self._granted = (0, 0)

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
        if batch.redelivery == 0:
            self._taken = Position(batch.epoch, batch.batch_time)

    async def _read(self) -> Batch:
        while True:
            if self._held:
                batch, size = self._held.popleft()
                # What an earlier session sent is not on this one's account: its size is 0.
                if size > 0:
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
        self._parts, self._parts_bytes = [], 0
        self._done = (0, 0)
        self._held = deque((batch, 0) for batch, _ in self._held)
        self._granted = self._window
        position: From = self._from if self._last_ms is None else {"after": self._last_ms}
        message: Dict[str, Any] = {"t": "sub", "id": request_id, "stream": self.stream, "from": position}
        if self._last_epoch is not None:
            message["epoch"] = self._last_epoch
        send({**message, "ack": self._ack, "credit": {"records": self._window[0], "bytes": self._window[1]}})

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

    def _gapped(self, message: Dict[str, Any]) -> None:
        self._gap = Gap(message["from"], message["to"], message["why"])
        self._parts, self._parts_bytes = [], 0

    def _received(self, message: Dict[str, Any], frame_bytes: int) -> None:
        index, count = message["part"]
        if index == 0:
            self._parts, self._parts_bytes = [], 0
        self._parts.extend(message["records"])
        self._parts_bytes += frame_bytes
        if index < count - 1:
            self._grant()
            return
        batch_time: int = message["batchTime"]
        redelivery: int = message.get("redelivery", 0)
        if redelivery == 0 or self._last_ms is None:
            self._last_ms = batch_time
            self._last_epoch = self._server_epoch
        sub = self._sub
        batch = Batch(
            self.stream,
            self._server_epoch or "",
            batch_time,
            self._parts,
            redelivery,
            self._gap,
            lambda answer: self._answer(answer, sub),
        )
        size = self._parts_bytes
        self._parts, self._parts_bytes, self._gap = [], 0, None
        self._held.append((batch, size))
        self._wake()

    def _answer(self, message: Dict[str, Any], sub: Optional[int]) -> None:
        # Of another session it means nothing any more.
        if sub is not None and sub == self._sub and self._send is not None:
            self._send({**message, "sub": sub})

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
