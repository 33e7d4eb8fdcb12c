"""The same client for programs without an event loop: it has a thread of its own."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from typing import Any, Coroutine, Dict, Iterator, List, Optional, Sequence, TypeVar

from .client import Client
from .outbox import Receipt
from .records import Record
from .subscription import Batch, From, Position, Subscription

T = TypeVar("T")


class BlockingSubscription:
    """``for batch in client.subscribe("counts")``."""

    def __init__(self, client: "BlockingClient", inner: Subscription) -> None:
        self._client = client
        self._inner = inner
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
        """The next batch. Raises ``TimeoutError`` after so many seconds, which loses nothing, and ``StopIteration``."""
        pending = self._next or self._client._start(self._inner._read())
        self._next = pending
        try:
            batch = pending.result(timeout)
        except concurrent.futures.TimeoutError:
            if not pending.done():
                raise TimeoutError(f"no batch of {self._inner.stream} within {timeout} s") from None
            raise
        except StopAsyncIteration:
            self._next = None
            raise StopIteration from None
        except BaseException:
            self._next = None
            raise
        self._next = None
        # Not before: one that has come after a timeout was not taken.
        self._inner._take(batch)
        return batch

    def ack(self, batch: Batch) -> None:
        """All up to this one are done."""
        self._client._loop.call_soon_threadsafe(batch.ack)

    def nack(self, batch: Batch, *, delay_ms: int = 0, why: str = "") -> None:
        """From this one on, again."""
        self._client._loop.call_soon_threadsafe(lambda: batch.nack(delay_ms=delay_ms, why=why))

    def stop(self) -> None:
        self._client._loop.call_soon_threadsafe(self._inner.stop)


class BlockingClient:
    """Methods wait; safe to use from several threads."""

    def __init__(self, url: str, **options: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="dstreams-client", daemon=True)
        self._thread.start()
        self._is_closed = False
        try:
            self._client: Client = self._wait(self._make(url, options))
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
        return self._wait(self._client.publish(stream, list(values), ack=ack), timeout)

    def publish_records(
        self, stream: str, records: Sequence[Record], *, ack: str = "durable", timeout: Optional[float] = None
    ) -> Receipt:
        return self._wait(self._client.publish_records(stream, list(records), ack=ack), timeout)

    def send(
        self, stream: str, values: Sequence[Any], *, ack: str = "durable"
    ) -> "concurrent.futures.Future[Receipt]":
        """As ``publish``, without waiting: order is the order of the calls."""
        return self._start(self._client.publish(stream, list(values), ack=ack))

    def ready(self, timeout: Optional[float] = None) -> None:
        self._wait(self._client.ready(), timeout)

    def last_sequence(self, stream: str, timeout: Optional[float] = None) -> int:
        return self._wait(self._client.last_sequence(stream), timeout)

    def subscribe(self, stream: str, *, position: From = "latest", **options: Any) -> BlockingSubscription:
        async def make() -> Subscription:
            return self._client.subscribe(stream, position=position, **options)

        return BlockingSubscription(self, self._wait(make()))

    def describe(self, timeout: Optional[float] = None) -> List[Dict[str, Any]]:
        return self._wait(self._client.describe(), timeout)

    def authenticate(self, token: str, timeout: Optional[float] = None) -> None:
        self._wait(self._client.authenticate(token), timeout)

    def close(self, *, wait_s: float = 10) -> None:
        """Waits for what is not acknowledged yet, at most ``wait_s`` seconds, and ends. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        self._wait(self._client.close(wait_s=wait_s))
        self._stop_loop()

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _start(self, work: Coroutine[Any, Any, T]) -> "concurrent.futures.Future[T]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _wait(self, work: Coroutine[Any, Any, T], timeout: Optional[float] = None) -> T:
        future = self._start(work)
        try:
            return future.result(timeout)
        except concurrent.futures.TimeoutError:
            if future.done():
                raise
            future.cancel()  # A question is not asked any more; records go on.
            raise TimeoutError(f"not done within {timeout} s") from None


def connect_blocking(url: str, **options: Any) -> BlockingClient:
    """``with connect_blocking(url) as client``. Options: those of ``Client``."""
    return BlockingClient(url, **options)
