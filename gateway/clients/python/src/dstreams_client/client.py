"""The asyncio client: a connection that comes back by itself."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import random
import re
from collections import deque
from typing import Any, Awaitable, Callable, Deque, Dict, List, NamedTuple, Optional, Sequence, Union

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as connect_socket
from websockets.exceptions import ConnectionClosed, InvalidStatus, InvalidURI, NegotiationError
from websockets.typing import Subprotocol

from .codec import codec_of, encode_record, number
from .errors import BadRecord, GatewayError
from .outbox import Frame, Limits, Outbox, Packed, Receipt, Ticket, cut
from .producer_id import kept_producer_id, new_producer_id
from .records import Record
from .subscription import From, Subscription

Token = Union[str, Callable[[], Union[str, Awaitable[str]]]]
_STREAM = re.compile(r"[A-Za-z0-9._-]{1,128}")
#: Refusals after which the same frame is sent again.
_RETRIED = frozenset(("FLOW", "RATE", "OUT_OF_ORDER", "STORAGE", "STOPPING"))
_RETRY_MS = 100
_TOKEN_EXPIRED = 4010
#: From the handshake to the welcome: a peer that takes the connection and says nothing is no gateway.
_WELCOME_S = 10
#: For the peer's answer to a goodbye.
_CLOSE_S = 1
#: Questions that may wait for their answers: no more than a server takes in one second, beside subscriptions.
_QUESTIONS_MAX = 32
#: As in the other clients, where timers have no more.
_BACKOFF_MS_MAX = 2**31 - 1
_log = logging.getLogger("dstreams_client")


class Status(NamedTuple):
    """``state``: ``connecting``, ``open``, ``waiting`` (for the next attempt) or ``closed``; ``known``, when open: False
    for a producer that the server does not know, as it is new or was forgotten."""

    state: str
    code: Optional[int] = None
    reason: str = ""
    known: Optional[bool] = None


class _Question(NamedTuple):
    """Waits across connections: asked again on each until it is answered; ``token``: the one to be taken, of
    ``authenticate``."""

    token: Optional[str]
    message: Dict[str, Any]
    answer: "asyncio.Future[Dict[str, Any]]"


class Client:
    """Publishes and subscribes. Belongs to the event loop in which it is entered or first used."""

    def __init__(
        self,
        url: str,
        *,
        token: Optional[Token] = None,
        producer_id: Union[str, None, bool] = None,
        producer_file: Union[str, "os.PathLike[str]", None] = None,
        codec: str = "json",
        buffer_bytes_max: int = 64 << 20,
        backoff_ms: float = 200,
        backoff_max_ms: float = 15_000,
        name: str = "dstreams-python",
        on_status: Optional[Callable[[Status], None]] = None,
        frame_bytes_max: int = 64 << 20,
        **socket_options: Any,
    ) -> None:
        _check(buffer_bytes_max > 0, f"buffer_bytes_max is {buffer_bytes_max}, it must be above 0")
        _check(
            1 <= backoff_ms <= backoff_max_ms <= _BACKOFF_MS_MAX,
            f"backoff_ms is {backoff_ms} and backoff_max_ms {backoff_max_ms}: the first must be 1 at least and not above "
            f"the longest, and that {_BACKOFF_MS_MAX} at most",
        )
        _check(frame_bytes_max is None or frame_bytes_max > 0, f"frame_bytes_max is {frame_bytes_max}, it must be above 0")
        self.url = url
        #: None: no id, records are published at least once.
        self.producer_id: Optional[str] = None
        if producer_file is not None:
            self.producer_id = kept_producer_id(producer_file)
        elif producer_id is not False:
            self.producer_id = producer_id if isinstance(producer_id, str) else new_producer_id()
        self.buffer_bytes_max = buffer_bytes_max
        self._token = token
        #: Given to ``authenticate``: for the connections after it, or for the next one where the option is a function.
        self._fresh_token: Optional[str] = None
        #: What the server was told last on this connection, or was going to be.
        self._said_token: Optional[str] = None
        self._codec = codec_of(codec)
        self._backoff_ms = backoff_ms
        self._backoff_max_ms = backoff_max_ms
        self._name = name
        self._on_status = on_status
        self._socket_options = {"max_size": frame_bytes_max, "ping_interval": 15, "ping_timeout": 30, **socket_options}
        self._failure: Optional[GatewayError] = None
        self._task: Optional["asyncio.Task[None]"] = None
        self._socket: Optional[ClientConnection] = None
        self._is_open = False
        self._outgoing: Deque[Union[str, bytes]] = deque()
        self._has_outgoing = asyncio.Event()
        self._changed = asyncio.Event()
        self._limits = Limits()
        self._producer_epoch: Optional[int] = None
        self._last: Dict[str, int] = {}
        self._credit = (0, 0)
        self._used = (0, 0)
        self._in_flight: Dict[int, tuple[int, int]] = {}
        self._buffered = 0
        self._outboxes: Dict[str, Outbox] = {}
        self._next_id = 1
        self._subscriptions: List[Subscription] = []
        self._starting: Dict[int, Subscription] = {}
        self._by_sub: Dict[int, Subscription] = {}
        self._questions: Dict[int, _Question] = {}
        #: Since a connection has shown to be good: by what came over it, or as it lasted for a heartbeat. One that is taken
        #: and closed at once has not.
        self._attempt = 0
        self._good_at = math.inf
        self._goaway_ms = 0.0
        self._is_paused = False
        #: Frames that may be without an answer: one where the rate of the token was met, and then one more for each that
        #: is taken.
        self._window: float = math.inf

    async def __aenter__(self) -> "Client":
        self._begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def buffered(self) -> int:
        """Bytes of records that wait for their acknowledgement."""
        return self._buffered

    # --- publishing ---

    async def publish(self, stream: str, values: Sequence[Any], *, ack: str = "durable") -> Receipt:
        """Publishes values, in this order, as one step where they fit one frame; returns when all are acknowledged, and
        survives reconnects. ``ack``: ``durable`` (safe) or ``memory``. Raises ``GatewayError``: ``SCHEMA`` with
        ``bad`` and the other refusals, ``BUFFER_FULL``, ``CLOSED``. Cancelling it does not take the records back."""
        return await self.send(stream, [Record(value) for value in values], ack=ack)

    async def publish_records(self, stream: str, records: Sequence[Record], *, ack: str = "durable") -> Receipt:
        """As ``publish``, of records with keys, times and headers."""
        return await self.send(stream, records, ack=ack)

    def send(self, stream: str, records: Sequence[Record], *, ack: str = "durable") -> "asyncio.Future[Receipt]":
        """As ``publish_records``, without waiting: order is the order of the calls."""
        return self._send_packed(stream, self._pack(records), ack)

    def _pack(self, records: Sequence[Record]) -> List[Packed]:
        """On any thread."""
        packed: List[Packed] = []
        for index, record in enumerate(records):
            try:
                packed.append(encode_record(self._codec, record, self._limits.depth))
            except GatewayError as error:
                bad = [BadRecord(index, "", error.message)]
                raise GatewayError(error.code, f"record {index}: {error.message}", bad=bad) from None
            except (ValueError, TypeError, OverflowError) as error:
                bad = [BadRecord(index, "", str(error))]
                words = f"record {index} has no form that can be sent: {error}"
                raise GatewayError("INVALID", words, bad=bad) from error
        return packed

    def _send_packed(self, stream: str, packed: Sequence[Packed], ack: str) -> "asyncio.Future[Receipt]":
        self._begin()
        if self._failure is not None:
            raise self._failure
        if not _STREAM.fullmatch(stream):
            raise GatewayError("INVALID", f"{stream!r} is no name of a stream")
        if ack not in ("durable", "memory"):
            raise GatewayError("INVALID", f"ack is 'durable' or 'memory', not {ack!r}")
        future: "asyncio.Future[Receipt]" = asyncio.get_running_loop().create_future()
        if not packed:
            future.set_result(Receipt(stream, None))
            return future
        groups = cut(packed, self._limits)
        size = sum(size for _, size in groups)
        if self._buffered > 0 and self._buffered + size > self.buffer_bytes_max:
            raise GatewayError(
                "BUFFER_FULL",
                f"{self._buffered} bytes wait for their acknowledgement, at most {self.buffer_bytes_max} may "
                "(buffer_bytes_max): await ready()",
            )
        outbox = self._outbox_of(stream)
        ticket = Ticket(future, len(groups))
        first = 0
        for group, group_size in groups:
            outbox.add(Frame(group, group_size, ack, ticket, first))
            first += len(group)
        self._pump()
        return future

    async def ready(self) -> None:
        """Returns when less than half of the buffer is in use. Raises once the client has failed."""
        await self._until(lambda: self._buffered <= self.buffer_bytes_max / 2)
        if self._failure is not None:
            raise self._failure

    async def last_sequence(self, stream: str) -> int:
        """The last sequence of this producer that the server had safe when the connection began, 0 where none. A
        producer whose sequence is its position in a source of its own goes on there, after its own end too."""
        self._begin()
        await self._until(lambda: self._is_open)
        return self._last.get(stream, 0)

    # --- subscribing ---

    def subscribe(
        self,
        stream: str,
        *,
        position: From = "latest",
        epoch: Optional[str] = None,
        ack: str = "auto",
        window_records: int = 100_000,
        window_bytes: int = 4 << 20,
    ) -> Subscription:
        """The batches of a stream, from a ``position``: ``"latest"``, ``"earliest"``, ``{"after": batch_time}`` or
        ``{"batchTime": batch_time}``, of this ``epoch``. ``window_*``: what may wait for the program."""
        for name, value in (("window_records", window_records), ("window_bytes", window_bytes)):
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            _check(is_whole and value > 0, f"{name} is {value!r}, it must be a whole number above 0")
        self._begin()
        subscription = Subscription(stream, position, epoch, ack, (window_records, window_bytes), self._forget)
        self._subscriptions.append(subscription)
        if self._failure is not None:
            subscription._over(self._failure)
        elif self._is_open:
            self._subscribe(subscription)
        return subscription

    def _forget(self, subscription: Subscription) -> None:
        self._subscriptions = [other for other in self._subscriptions if other is not subscription]
        self._by_sub = {sub: other for sub, other in self._by_sub.items() if other is not subscription}

    # --- asking ---

    async def describe(self) -> List[Dict[str, Any]]:
        """The streams that the token may use: ``stream``, ``direction``, ``schema``, ``retention``. Waits for the
        connection, and survives reconnects. Raises ``GatewayError``: ``CLOSED`` and ``ENDED`` where none comes any more,
        ``BUFFER_FULL`` where 32 questions wait for their answers already."""
        streams: List[Dict[str, Any]] = (await self._ask({"t": "describe"}))["streams"]
        return streams

    async def authenticate(self, token: str) -> None:
        """Gives the server a fresh token, without a reconnect; kept for the next one where ``token`` was a text. Waits and
        raises as ``describe`` does; with ``close_code`` 4501 where the token is refused, 4503 where it takes away the right
        to what is subscribed: that ends the client. With 4010 where it has expired: that ends the client too, unless
        ``token`` is a function, which is asked for another one."""
        try:
            # Frames are answered in order, and a token that is refused ends the connection.
            await self._ask({"t": "ping"}, token=token)
        finally:
            if callable(self._token) and self._fresh_token == token:
                self._fresh_token = None

    async def _ask(self, message: Dict[str, Any], *, token: Optional[str] = None) -> Dict[str, Any]:
        """``token``: goes out ahead of the question, and once. Later connections begin with it."""
        self._begin()
        if self._failure is not None:
            raise self._failure
        if len(self._questions) >= _QUESTIONS_MAX:
            raise GatewayError(
                "BUFFER_FULL", f"{_QUESTIONS_MAX} questions wait for their answers, more may not: await them"
            )
        request_id = self._new_id()
        answer: "asyncio.Future[Dict[str, Any]]" = asyncio.get_running_loop().create_future()
        question = self._questions[request_id] = _Question(token, {**message, "id": request_id}, answer)
        if token is not None:
            self._fresh_token = token
        if self._is_open:
            self._say_fresh()
            self._post(question.message)
        try:
            return await answer
        finally:
            self._questions.pop(request_id, None)  # Cancelled.

    def _say_fresh(self) -> None:
        """The server is told of a token that came after this connection was begun."""
        token = self._fresh_token
        if token is not None and token != self._said_token:
            self._said_token = token
            self._post({"t": "auth", "token": token})

    async def close(self, *, wait_s: float = 10) -> None:
        """Waits for what is not acknowledged yet, at most ``wait_s`` seconds, and ends. Idempotent."""
        try:
            if self._failure is None:
                await asyncio.wait_for(self._until(lambda: self._buffered == 0), wait_s)
        except (asyncio.TimeoutError, GatewayError):
            pass
        finally:  # Also of one that is cancelled: it must not go on by itself.
            for subscription in list(self._subscriptions):
                subscription.stop()
            self._end(GatewayError("ENDED", "the client was closed"), Status("closed"))
            task, self._task = self._task, None
            ending = None if task is None else asyncio.ensure_future(self._end_task(task))
        if ending is not None:
            await ending

    async def _end_task(self, task: "asyncio.Task[None]") -> None:
        socket = self._socket
        if socket is not None:
            await _hang_up(socket)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    # --- the connection ---

    def _begin(self) -> None:
        if self._task is None and self._failure is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._failure is None:
            self._tell(Status("connecting"))
            code: Optional[int] = None
            try:
                code, reason = await self._session()
            except (InvalidURI, NegotiationError) as error:
                self._end(GatewayError("INVALID", f"{self.url}: {error}"), Status("closed", None, str(error)))
                return
            except InvalidStatus as error:
                reason = f"HTTP {error.response.status_code}: {bytes(error.response.body or b'').decode(errors='replace')}"
                if 400 <= error.response.status_code < 500 and error.response.status_code not in (408, 429):
                    self._end(GatewayError("CLOSED", f"{self.url}: {reason}"), Status("closed", None, reason))
                    return
            except GatewayError as error:
                self._end(error, Status("closed", error.close_code, error.message))
                return
            except Exception as error:  # The network, DNS, TLS, the caller's token function.
                reason = f"{type(error).__name__}: {error}"
            if self._failure is not None:
                return
            longest = min(self._backoff_max_ms, self._backoff_ms * 2 ** min(self._attempt, 20))
            self._attempt += 1
            wait_ms = self._goaway_ms + longest * random.uniform(0.5, 1)
            self._goaway_ms = 0
            self._tell(Status("waiting", code, reason))
            await asyncio.sleep(wait_ms / 1000)

    async def _given_token(self) -> Optional[str]:
        if not callable(self._token):
            return self._token
        try:
            token = self._token()
            if token is None or isinstance(token, str):
                return token
            asked = asyncio.ensure_future(token)
        except Exception as error:
            raise ConnectionError(f"no token: {error!r}") from error
        try:
            # What becomes of it is the function's: that it was cancelled does not say that this client is.
            await asyncio.wait([asked])
        except asyncio.CancelledError:
            asked.cancel()
            raise
        if asked.cancelled():
            raise ConnectionError("no token: asking for it was cancelled")
        if asked.exception() is not None:
            raise ConnectionError(f"no token: {asked.exception()!r}") from asked.exception()
        return asked.result()

    async def _session(self) -> "tuple[Optional[int], str]":
        """From connect to close: returns why it ended. Raises ``CLOSED`` where it must not be tried again."""
        token = self._fresh_token or await self._given_token()
        socket = await connect_socket(
            self.url,
            subprotocols=[Subprotocol(self._codec.subprotocol)],
            compression=None,
            **self._socket_options,
        )
        self._socket = socket
        sender = asyncio.get_running_loop().create_task(self._write(socket))
        try:
            hello: Dict[str, Any] = {"t": "hello", "v": 1, "client": {"name": self._name, "version": "0.1.0"}}
            self._said_token = self._fresh_token or token
            if self._said_token is not None:
                hello["token"] = self._said_token
            if self.producer_id is not None:
                hello["producer"] = {"id": self.producer_id}
            self._post(hello)
            try:
                await asyncio.wait_for(self._greeted(socket), _WELCOME_S)
                async for frame in socket:
                    self._received(frame)
            except asyncio.TimeoutError:
                # Nor would it answer a goodbye, which close() waits for.
                socket.transport.abort()
                raise ConnectionError(f"no welcome within {_WELCOME_S} s") from None
            except ConnectionClosed:
                pass
        finally:
            sender.cancel()
            code, reason = socket.close_code, socket.close_reason or ""
            error: Optional[GatewayError] = None
            is_final = code is not None and 4500 <= code < 5000
            has_newer = self._fresh_token is not None and self._fresh_token != self._said_token
            if is_final or (code == _TOKEN_EXPIRED and not has_newer and not callable(self._token)):
                why = f"the gateway ended the connection for good: {code} {reason}"
                error = GatewayError("CLOSED", why, close_code=code)
            elif code == _TOKEN_EXPIRED and not has_newer and self._fresh_token is not None:
                self._forget_token(reason)
            self._closed()
            await _hang_up(socket)
        if error is not None:
            raise error
        return socket.close_code, reason

    async def _greeted(self, socket: ClientConnection) -> None:
        while not self._is_open:
            self._received(await socket.recv())

    def _forget_token(self, reason: str) -> None:
        """The fresh token has expired: the function is asked for the next one, and who gave this one is told."""
        self._fresh_token = None
        why = f"the gateway does not take the token: {_TOKEN_EXPIRED} {reason}"
        for question in self._questions.values():
            if question.token is not None and not question.answer.done():
                question.answer.set_exception(GatewayError("CLOSED", why, close_code=_TOKEN_EXPIRED))

    async def _write(self, socket: ClientConnection) -> None:
        """One writer, so that frames go out in order; it waits where the network does."""
        try:
            while True:
                while self._outgoing:
                    await socket.send(self._outgoing.popleft())
                self._has_outgoing.clear()
                await self._has_outgoing.wait()
        except ConnectionClosed:
            pass

    def _post(self, message: Dict[str, Any]) -> None:
        self._outgoing.append(self._codec.encode(message))
        self._has_outgoing.set()

    def _closed(self) -> None:
        if asyncio.get_running_loop().time() >= self._good_at:
            self._attempt = 0
        self._good_at = math.inf
        self._socket, self._is_open = None, False
        self._outgoing.clear()
        self._in_flight.clear()
        self._by_sub, self._starting = {}, {}
        for subscription in self._subscriptions:
            subscription._pause()

    def _end(self, error: GatewayError, status: Status) -> None:
        if self._failure is not None:
            return
        self._failure = error
        for outbox in self._outboxes.values():
            outbox.fail(error)
        for subscription in list(self._subscriptions):
            subscription._over(error)
        questions, self._questions = self._questions, {}
        for _, _, answer in questions.values():
            if not answer.done():
                answer.set_exception(error)
        self._tell(status)

    def _tell(self, status: Status) -> None:
        self._wake()
        if self._on_status is None:
            return
        try:
            self._on_status(status)
        except Exception:  # The connection goes on: it is not its fault.
            _log.exception("on_status failed")

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            if self._failure is not None:
                raise self._failure
            await self._changed.wait()

    # --- what the server says ---

    def _received(self, frame: Union[str, bytes]) -> None:
        message = self._codec.decode(frame)
        kind = message.get("t")
        if kind in ("batch", "puback"):
            self._attempt = 0
        if kind == "batch":
            subscription = self._by_sub.get(message["sub"])
            if subscription is not None:
                subscription._received(message, len(frame) if isinstance(frame, bytes) else len(frame.encode()))
        elif kind == "puback":
            if "batchTime" not in message:
                self._in_flight.pop(message["id"], None)
                self._window += 1
                self._outbox_of(message["stream"]).acked(message["id"])
                self._pump()
        elif kind == "puberr":
            self._refused(message)
        elif kind == "credit":
            if "sub" not in message:
                self._credit = (max(self._credit[0], message["records"]), max(self._credit[1], message["bytes"]))
                self._pump()
        elif kind == "welcome":
            self._welcomed(message)
        elif kind == "subok":
            self._subscribed(message)
        elif kind == "gap":
            subscription = self._by_sub.get(message["sub"])
            if subscription is not None:
                subscription._gapped(message)
        elif kind in ("described", "pong"):
            self._answered(message)
        elif kind == "goaway":
            self._goaway_ms = number(message, "retryMs")
        elif kind == "err":
            self._erred(message)
        elif kind == "ping":
            self._post({"t": "pong"})

    def _welcomed(self, message: Dict[str, Any]) -> None:
        said = message["limits"]
        # No frame has more than there is credit for.
        self._limits = Limits(
            min(said["frameBytes"], said["unackedBytes"]),
            said["recordBytes"],
            min(said["recordsPerFrame"], said["creditRecords"]),
            said["itemsPerFrame"],
            said["unackedFrames"],
            said["depth"],
        )
        self._good_at = asyncio.get_running_loop().time() + number(message, "heartbeatMs") / 1000
        self._credit = (number(message["credit"], "records"), number(message["credit"], "bytes"))
        self._used = (0, 0)
        self._window = math.inf
        producer = message.get("producer")
        self._producer_epoch = None if producer is None else producer["epoch"]
        self._last = {} if producer is None else producer["last"]
        self._is_open = True
        for stream, outbox in self._outboxes.items():
            outbox.begin(None if producer is None else self._last.get(stream, 0), self._limits)
        for subscription in list(self._subscriptions):
            self._subscribe(subscription)
        self._say_fresh()
        for question in self._questions.values():
            self._post(question.message)
        self._pump()
        # Last: what it asks for goes out by itself.
        self._tell(Status("open", known=None if producer is None else producer["known"]))

    def _refused(self, message: Dict[str, Any]) -> None:
        frame_id, code = message["id"], message["code"]
        outbox = self._outbox_of(message["stream"])
        records, size = self._in_flight.pop(frame_id, (0, 0))
        if code in ("FLOW", "INVALID"):  # Not booked by the server either.
            self._used = (self._used[0] - records, self._used[1] - size)
        if code == "RATE":
            self._window = 1
        if code not in _RETRIED:
            bad = [BadRecord(b["index"], b["path"], b["message"]) for b in message.get("bad", ())]
            outbox.refused(frame_id, GatewayError(code, message["message"], bad=bad))
            self._pump()
            return
        outbox.again(frame_id, message.get("expected"))
        if code == "OUT_OF_ORDER":
            self._pump()
            return
        self._is_paused = True
        asyncio.get_running_loop().call_later(message.get("retryMs", _RETRY_MS) / 1000, self._resume)

    def _resume(self) -> None:
        self._is_paused = False
        self._pump()

    def _subscribe(self, subscription: Subscription) -> None:
        request_id = self._new_id()
        self._starting[request_id] = subscription
        subscription._begin(request_id, self._post)

    def _subscribed(self, message: Dict[str, Any]) -> None:
        subscription = self._starting.pop(message["id"], None)
        if subscription is None:
            return
        if subscription not in self._subscriptions:
            self._post({"t": "unsub", "sub": message["sub"]})
            return
        self._by_sub[message["sub"]] = subscription
        subscription._started(message)

    def _answered(self, message: Dict[str, Any]) -> None:
        question = self._questions.pop(message.get("id", 0), None)
        if question is not None and not question.answer.done():
            question.answer.set_result(message)

    def _erred(self, message: Dict[str, Any]) -> None:
        error = GatewayError(message["code"], message["message"])
        request_id = message.get("id", 0)
        subscription = self._starting.pop(request_id, None)
        question = self._questions.pop(request_id, None)
        if subscription is not None:
            subscription._over(error)
        elif question is not None:
            if not question.answer.done():
                question.answer.set_exception(error)
        else:
            _log.warning("the gateway says: %s", error)

    # --- sending ---

    def _pump(self) -> None:
        """Sends what the credit allows."""
        if not self._is_open or self._is_paused:
            return
        has_sequence = self._producer_epoch is not None
        while (outbox := self._next_outbox()) is not None:
            frame = outbox.waiting[0]
            # An upper bound of its bytes, as credit is counted before it is encoded.
            size = frame.size + 512
            records = self._used[0] + len(frame.records)
            if records > self._credit[0] or self._used[1] + size > self._credit[1]:
                return
            if len(self._in_flight) >= min(self._limits.unacked_frames, self._window):
                return
            frame_id = self._new_id()
            outbox.take(frame_id, has_sequence)
            head: Dict[str, Any] = {"t": "pub", "id": frame_id, "stream": outbox.stream, "ack": frame.ack}
            if has_sequence:
                head["pe"] = self._producer_epoch
                head["seq"] = frame.seq
            text = self._codec.pub_frame(head, [data for data, _ in frame.records])
            size = len(text) if isinstance(text, bytes) else len(text.encode())
            self._used = (records, self._used[1] + size)
            self._in_flight[frame_id] = (len(frame.records), size)
            self._outgoing.append(text)
            self._has_outgoing.set()
            self._outboxes[outbox.stream] = self._outboxes.pop(outbox.stream)  # To the end.

    def _next_outbox(self) -> Optional[Outbox]:
        """A frame of each stream in turn: none waits for all that another one has."""
        return next((outbox for outbox in self._outboxes.values() if outbox.waiting), None)

    def _outbox_of(self, stream: str) -> Outbox:
        outbox = self._outboxes.get(stream)
        if outbox is None:
            outbox = self._outboxes[stream] = Outbox(stream, self._resized)
            if self._is_open and self._producer_epoch is not None:
                outbox.begin(self._last.get(stream, 0), self._limits)
        return outbox

    def _resized(self, size: int) -> None:
        self._buffered += size
        if size < 0:
            self._wake()

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise GatewayError("INVALID", otherwise)


async def _hang_up(socket: ClientConnection) -> None:
    """Says goodbye. A peer that does not answer is left all the same."""
    try:
        await asyncio.wait_for(socket.close(), _CLOSE_S)
    except asyncio.TimeoutError:
        pass
    finally:
        socket.transport.abort()


def connect(url: str, **options: Any) -> Client:
    """A client of the gateway at ``ws://host:8090/``: ``async with connect(url) as client``. Options: those of
    ``Client``, and of ``websockets`` (``ssl`` ...)."""
    return Client(url, **options)
