"""What one stream has to send: kept until it is acknowledged, and sent again with the same sequences."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Callable, Deque, List, NamedTuple, Optional, Sequence, Tuple

from .errors import BadRecord, GatewayError


class Receipt(NamedTuple):
    """All records of a ``publish`` are acknowledged. ``seq``: the last one's sequence; None without a producer id."""

    stream: str
    seq: Optional[int]


class Limits(NamedTuple):
    frame_bytes: int = 1 << 20
    record_bytes: int = 1 << 18
    records_per_frame: int = 10_000
    items_per_frame: int = 200_000
    unacked_frames: int = 64
    depth: int = 32


#: Of a frame: what stands round its records.
HEAD_BYTES = 512
HEAD_ITEMS = 16

#: A record as it will stand in a frame, and how many values the server counts in it.
Packed = Tuple[bytes, int]


@dataclass(eq=False)
class Ticket:
    """One ``publish``: over when all its frames are."""

    future: "asyncio.Future[Receipt]"
    left: int


@dataclass(eq=False)
class Frame:
    records: List[Packed]
    size: int
    ack: str
    ticket: Ticket
    #: Index of its first record in the call.
    first: int
    seq: Optional[int] = None
    id: int = 0

    @property
    def last_seq(self) -> int:
        return (self.seq or 0) + len(self.records) - 1


def cut(records: Sequence[Packed], limits: Limits) -> List[Tuple[List[Packed], int]]:
    """Groups that fit a frame, with their bytes. Raises ``TOO_LARGE`` for a record that fits none."""
    room = limits.frame_bytes - HEAD_BYTES
    items_room = limits.items_per_frame - HEAD_ITEMS
    groups: List[Tuple[List[Packed], int]] = []
    group: List[Packed] = []
    size = items = 0
    for index, (data, count) in enumerate(records):
        if len(data) > min(room, limits.record_bytes) or count > items_room:
            words = f"has {len(data)} bytes and {count} values"
            raise GatewayError("TOO_LARGE", f"record {index} {words}", bad=[BadRecord(index, "", words)])
        full = size + len(data) + 1 > room or items + count > items_room or len(group) >= limits.records_per_frame
        if group and full:
            groups.append((group, size))
            group, size, items = [], 0, 0
        group.append((data, count))
        size += len(data) + 1
        items += count
    if group:
        groups.append((group, size))
    return groups


class Outbox:
    """``waiting`` are to be sent, ``sent`` wait for their answer, each in order."""

    def __init__(self, stream: str, on_size: Callable[[int], None]) -> None:
        self.stream = stream
        self._on_size = on_size
        self.waiting: Deque[Frame] = deque()
        self._sent: "OrderedDict[int, Frame]" = OrderedDict()
        self._next_seq = 1

    def add(self, frame: Frame) -> None:
        self.waiting.append(frame)
        self._on_size(frame.size)

    def take(self, frame_id: int, has_sequence: bool) -> Frame:
        """The next frame to be sent; it goes out under this id."""
        frame = self.waiting.popleft()
        frame.id = frame_id
        if has_sequence and frame.seq is None:
            frame.seq = self._next_seq
        if frame.seq is not None:
            self._next_seq = max(self._next_seq, frame.last_seq + 1)
        self._sent[frame_id] = frame
        return frame

    def begin(self, last: Optional[int], limits: Limits) -> None:
        """A session begins. ``last``: what the server has safe, which acknowledges it; None without a producer id.

        The others keep their sequences: what the server has taken and not yet saved must not look new to it. Where it
        has forgotten some it answers ``OUT_OF_ORDER``, and ``again`` numbers them anew.
        """
        self._unsend()
        if last is not None:
            while self.waiting and self.waiting[0].seq is not None and self.waiting[0].last_seq <= last:
                self._finish(self.waiting.popleft())
            self._next_seq = max(self._next_seq, last + 1)
        self._fit(limits, last)

    def acked(self, frame_id: int) -> None:
        """Each frame is answered for itself: a cumulative sequence would speak for frames that want more safety."""
        frame = self._sent.pop(frame_id, None)
        if frame is not None:
            self._finish(frame)

    def again(self, frame_id: int, expected: Optional[int] = None) -> None:
        """Was not taken this time: it goes out again, and with sequences all that came after it."""
        frame = self._sent.get(frame_id)
        if frame is None:
            return
        if frame.seq is None:
            del self._sent[frame_id]
            self.waiting.appendleft(frame)
            return
        self._unsend(frame_id if expected is None else None)
        if expected is not None and self.waiting and (self.waiting[0].seq or 0) > expected:
            self._number(expected)

    def refused(self, frame_id: int, error: GatewayError) -> None:
        """Refused for good: nothing of it was stored."""
        frame = self._sent.get(frame_id)
        if frame is None:
            return
        if frame.seq is None:
            del self._sent[frame_id]
        else:
            self._unsend(frame_id)
            self.waiting.popleft()
            # Those behind it were refused too, as they came too early: they move up.
            self._number(frame.seq)
        self._on_size(-frame.size)
        _fail(frame.ticket, _in_call(error, frame.first))

    def fail(self, error: GatewayError) -> None:
        self._unsend()
        while self.waiting:
            frame = self.waiting.popleft()
            self._on_size(-frame.size)
            _fail(frame.ticket, error)

    def _unsend(self, from_id: Optional[int] = None) -> None:
        while self._sent:
            frame_id, frame = self._sent.popitem()
            self.waiting.appendleft(frame)
            if frame_id == from_id:
                return

    def _number(self, first: int) -> None:
        """Sequences go on from here; a frame that is partly known keeps its own."""
        head = self.waiting[0].seq if self.waiting else None
        following = min(head, first) if head is not None else first
        for frame in self.waiting:
            if frame.seq is None:
                break
            frame.seq = following
            following = frame.last_seq + 1
        self._next_seq = following

    def _fit(self, limits: Limits, last: Optional[int]) -> None:
        """Cuts again what was cut for other limits: no record changes its sequence by that."""
        frames, self.waiting = self.waiting, deque()
        is_dropped = False
        for frame in frames:
            try:
                groups = cut(frame.records, limits)
            except GatewayError as error:
                self._on_size(-frame.size)
                _fail(frame.ticket, _in_call(error, frame.first))
                is_dropped = True
                continue
            frame.ticket.left += len(groups) - 1
            seq, first = frame.seq, frame.first
            for records, size in groups:
                self.waiting.append(Frame(records, size, frame.ack, frame.ticket, first, seq))
                first += len(records)
                if seq is not None:
                    seq += len(records)
        if is_dropped and last is not None:
            self._number(last + 1)

    def _finish(self, frame: Frame) -> None:
        self._on_size(-frame.size)
        ticket = frame.ticket
        ticket.left -= 1
        if ticket.left <= 0 and not ticket.future.done():
            ticket.future.set_result(Receipt(self.stream, None if frame.seq is None else frame.last_seq))


def _in_call(error: GatewayError, first: int) -> GatewayError:
    """The server counts records from the begin of a frame, the caller from that of its call."""
    bad = [one._replace(index=first + one.index) for one in error.bad]
    return GatewayError(error.code, error.message, close_code=error.close_code, bad=bad)


def _fail(ticket: Ticket, error: GatewayError) -> None:
    if not ticket.future.done():
        ticket.future.set_exception(error)
