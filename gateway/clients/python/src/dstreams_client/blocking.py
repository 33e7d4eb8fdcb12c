"""The same client for programs without an event loop: it has a thread of its own."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import time
from typing import Any, Callable, Coroutine, Dict, Iterator, List, Optional, Sequence, TypeVar

from .client import Client
from .errors import GatewayError
from .outbox import Receipt
from .records import Record
from .subscription import Batch, From, Position, Subscription

T = TypeVar("T")
#: What is on its way has so long to end when the client has.
_LAST_S = 1.0


class BlockingSubscription:
    """``for batch in client.subscribe("counts")``. Several threads may share one: each batch goes to one of them."""

    def __init__(self, client: "BlockingClient", inner: Subscription) -> None:
        self._client = client
        self._inner = inner
        self._turn = threading.Lock()
        #: Asked for, and taken by nobody yet.
        self._next: Optional["concurrent.futures.Future[Batch]"] = None

    @property
    def stream(self) -> str:
        return self._inner.stream

    @property
    def epoch(self) -> Optional[str]:
        """The incarnation of the server's log; None before the server has said it."""
        return self._inner.epoch

    @property
    def position(self) -> Position:
        """After the last batch that was taken: where to resume, to be stored together with what was done."""
        return self._inner.position

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        return self.next()

    def next(self, timeout: Optional[float] = None) -> Batch:
        """The next batch. Raises ``TimeoutError`` after so many seconds, and ``StopIteration`` at the end. A timeout
        loses no batch, nor does a ``KeyboardInterrupt``."""
        until = None if timeout is None else time.monotonic() + timeout
        if not self._turn.acquire(timeout=-1 if timeout is None else max(0.0, timeout)):
            raise self._late(timeout)
        try:
            pending = self._next
            if pending is None:
                pending = self._next = self._client._begin(self._inner._read)
            left = None if until is None else max(0.0, until - time.monotonic())
            if not concurrent.futures.wait([pending], left).done:
                raise self._late(timeout)
            self._next = None
            try:
                batch = pending.result()
            except (StopAsyncIteration, concurrent.futures.CancelledError):
                raise StopIteration from None
            # Not before: one that has come after a timeout was not taken.
            self._inner._take(batch)
            return batch
        finally:
            self._turn.release()

    def _late(self, timeout: Optional[float]) -> TimeoutError:
        return TimeoutError(f"no batch of {self._inner.stream} within {timeout} s")

    def ack(self, batch: Batch) -> None:
        """All up to this one are done."""
        self._client._soon(batch.ack)

    def nack(self, batch: Batch, *, delay_ms: int = 0, why: str = "") -> None:
        """From this one on, again: the position is before it when this has returned."""

        async def give_back() -> None:
            batch.nack(delay_ms=delay_ms, why=why)

        self._client._wait(give_back)

    def stop(self) -> None:
        """Ends it; whoever waits learns. What came already can still be read."""
        self._client._soon(self._inner.stop)


class BlockingClient:
    """Methods wait; safe to use from several threads, but not from ``on_status`` and what follows on a future of
    ``send``: those run on the client's own thread, where waiting is refused with ``RuntimeError``."""

    def __init__(self, url: str, **options: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="dstreams-client", daemon=True)
        self._thread.start()
        #: Guards the end: what is given to the loop before it is done, and nothing is after it.
        self._lock = threading.Lock()
        self._closing = threading.Lock()
        self._is_over = False
        try:
            self._client: Client = self._wait(lambda: self._make(url, options))
        except BaseException:
            self._stop_loop()
            raise

    @staticmethod
    async def _make(url: str, options: Dict[str, Any]) -> Client:
        return await Client(url, **options).__aenter__()

    def __enter__(self) -> "BlockingClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def producer_id(self) -> Optional[str]:
        return self._client.producer_id

    @property
    def buffered(self) -> int:
        return self._client.buffered

    def publish(
        self, stream: str, values: Sequence[Any], *, ack: str = "durable", timeout: Optional[float] = None
    ) -> Receipt:
        """Returns when all are acknowledged. After ``timeout`` seconds ``TimeoutError``: they are still being sent."""
        return self.publish_records(stream, [Record(value) for value in values], ack=ack, timeout=timeout)

    def publish_records(
        self, stream: str, records: Sequence[Record], *, ack: str = "durable", timeout: Optional[float] = None
    ) -> Receipt:
        self._refuse_here()
        return self._result(self._send(stream, records, ack), timeout)

    def send(
        self, stream: str, values: Sequence[Any], *, ack: str = "durable"
    ) -> "concurrent.futures.Future[Receipt]":
        """As ``publish``, without waiting: order is the order of the calls. The values may change when it has returned."""
        return self._send(stream, [Record(value) for value in values], ack)

    def _send(self, stream: str, records: Sequence[Record], ack: str) -> "concurrent.futures.Future[Receipt]":
        future: "concurrent.futures.Future[Receipt]" = concurrent.futures.Future()
        future.set_running_or_notify_cancel()  # Records are not taken back.

        def done(inner: "asyncio.Future[Receipt]") -> None:
            if inner.cancelled():
                future.set_exception(self._ended())
            elif inner.exception() is not None:
                future.set_exception(inner.exception())
            else:
                future.set_result(inner.result())

        def begin() -> None:
            try:
                self._client._send_packed(stream, packed, ack).add_done_callback(done)
            except Exception as error:
                future.set_exception(error)

        try:
            packed = self._client._pack(records)
            self._give(begin)
        except GatewayError as error:
            future.set_exception(error)
        return future

    def ready(self, timeout: Optional[float] = None) -> None:
        self._wait(self._client.ready, timeout)

    def last_sequence(self, stream: str, timeout: Optional[float] = None) -> int:
        return self._wait(lambda: self._client.last_sequence(stream), timeout)

    def subscribe(self, stream: str, *, position: From = "latest", **options: Any) -> BlockingSubscription:
        async def make() -> Subscription:
            return self._client.subscribe(stream, position=position, **options)

        return BlockingSubscription(self, self._wait(make))

    def describe(self, timeout: Optional[float] = None) -> List[Dict[str, Any]]:
        return self._wait(self._client.describe, timeout)

    def authenticate(self, token: str, timeout: Optional[float] = None) -> None:
        self._wait(lambda: self._client.authenticate(token), timeout)

    def close(self, *, wait_s: float = 10) -> None:
        """Waits for what is not acknowledged yet, at most ``wait_s`` seconds, and ends. Idempotent."""
        self._refuse_here()
        with self._closing:
            if self._is_over:
                return
            self._wait(lambda: self._client.close(wait_s=wait_s))
            self._stop_loop()

    # --- the client's thread ---

    def _stop_loop(self) -> None:
        with self._lock:
            self._is_over = True
        # Whoever was given to the loop before that is told how it ended.
        asyncio.run_coroutine_threadsafe(self._drain(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @staticmethod
    async def _drain() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            _, late = await asyncio.wait(others, timeout=_LAST_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _ended(self) -> GatewayError:
        client: Optional[Client] = getattr(self, "_client", None)
        return (client and client._failure) or GatewayError("ENDED", "the client was closed")

    def _give(self, work: Callable[[], object]) -> None:
        """To the loop, in the order of the calls. Raises ``ENDED`` once there is none any more."""
        with self._lock:
            if self._is_over:
                raise self._ended()
            self._loop.call_soon_threadsafe(work)

    def _soon(self, work: Callable[[], object]) -> None:
        """Now, where nobody else can be at it any more."""
        try:
            self._give(work)
        except GatewayError:
            work()

    def _begin(self, work: Callable[[], Coroutine[Any, Any, T]]) -> "concurrent.futures.Future[T]":
        with self._lock:
            if not self._is_over:
                return asyncio.run_coroutine_threadsafe(work(), self._loop)
        # The loop has ended: what came before can still be read, and nothing else comes.
        future: "concurrent.futures.Future[T]" = concurrent.futures.Future()
        coroutine = work()
        try:
            coroutine.send(None)
        except StopIteration as done:
            future.set_result(done.value)
        except BaseException as error:
            future.set_exception(error)
        else:
            coroutine.close()
            future.set_exception(self._ended())
        return future

    def _wait(self, work: Callable[[], Coroutine[Any, Any, T]], timeout: Optional[float] = None) -> T:
        self._refuse_here()
        future = self._begin(work)
        try:
            return self._result(future, timeout)
        except TimeoutError:
            future.cancel()  # A question is not asked any more.
            raise

    @staticmethod
    def _result(future: "concurrent.futures.Future[T]", timeout: Optional[float]) -> T:
        if not concurrent.futures.wait([future], timeout).done:
            raise TimeoutError(f"not done within {timeout} s")
        return future.result()

    def _refuse_here(self) -> None:
        if threading.current_thread() is self._thread:
            raise RuntimeError("this is the client's own thread, where waiting would not end: use send(), or another thread")


def connect_blocking(url: str, **options: Any) -> BlockingClient:
    """``with connect_blocking(url) as client``. Options: those of ``Client``."""
    return BlockingClient(url, **options)
