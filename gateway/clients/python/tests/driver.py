"""Does what a scenario says, for the scenario suite (docs/gateway/scenarios): commands come as JSON lines, answers go
out as JSON lines."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, Dict

from dstreams_client import Batch, Client, GatewayError, Record, Status, Subscription, connect
from dstreams_client.codec import JsonCodec
from dstreams_client.values import Walk

clients: Dict[str, Client] = {}
subscriptions: Dict[str, Subscription] = {}
batches: Dict[str, Batch] = {}


def say(line: Any) -> None:
    sys.stdout.write(json.dumps(Walk(False, 300).to_wire(line), allow_nan=False) + "\n")
    sys.stdout.flush()


def open_client(c: Dict[str, Any]) -> None:
    name = c["client"]

    def told(status: Status) -> None:
        say({"client": name, "state": status.state, "code": status.code})
        if status.state == "open" and "whenOpen" in c:
            subscribe({**c.pop("whenOpen"), "client": name})
        if c.get("throws"):
            raise ValueError("a scenario says so")

    def give() -> str:
        tokens = c["tokens"]
        return str(tokens.pop(0) if len(tokens) > 1 else tokens[0])

    options = {
        "token": give if "tokens" in c else c.get("token"),
        "producer_id": c.get("producerId"),
        "codec": c.get("codec", "json"),
        "backoff_ms": c.get("backoffMs", 5),
        "backoff_max_ms": c.get("backoffMaxMs", 50),
        "buffer_bytes_max": c.get("bufferBytesMax", 64 << 20),
    }
    clients[name] = connect(c["url"], on_status=told, **options)
    clients[name]._begin()


def subscribe(c: Dict[str, Any]) -> None:
    subscriptions[c["sub"]] = clients[c["client"]].subscribe(
        c["stream"],
        position=c.get("from", "latest"),
        epoch=c.get("epoch"),
        ack=c.get("ack", "auto"),
        window_records=c.get("windowRecords", 100_000),
        window_bytes=c.get("windowBytes", 4 << 20),
    )


def record(r: Dict[str, Any]) -> Record:
    return Record(r["value"], r.get("key"), r.get("timestampMs"), r.get("headers"))


async def publish(c: Dict[str, Any]) -> Any:
    records = [record(r) for r in c["records"]] if "records" in c else [Record(value) for value in c["values"]]
    receipt = await clients[c["client"]].publish_records(c["stream"], records, ack=c.get("ack", "durable"))
    return {"seq": receipt.seq}


async def next_batch(c: Dict[str, Any]) -> Any:
    try:
        batch = batches[c["sub"]] = await subscriptions[c["sub"]].__anext__()
    except StopAsyncIteration:
        return {"done": True}
    gap = None if batch.gap is None else {"from": batch.gap.from_ms, "to": batch.gap.to_ms, "why": batch.gap.why}
    return {
        "batchTime": batch.batch_time,
        "epoch": batch.epoch,
        "records": batch.records,
        "redelivery": batch.redelivery,
        "gap": gap,
    }


async def run(c: Dict[str, Any]) -> Any:
    what = c["do"]
    if what == "connect":
        return open_client(c)
    if what == "publish":
        return await publish(c)
    if what == "subscribe":
        subscribe(c)
        return None
    if what == "next":
        return await next_batch(c)
    if what == "ack":
        return batches[c["sub"]].ack()
    if what == "nack":
        return batches[c["sub"]].nack(delay_ms=c.get("delayMs", 0))
    if what == "stop":
        return subscriptions[c["sub"]].stop()
    if what == "position":
        return subscriptions[c["sub"]].position._asdict()
    if what == "lastSequence":
        return await clients[c["client"]].last_sequence(c["stream"])
    if what == "ready":
        return await clients[c["client"]].ready()
    if what == "describe":
        return await clients[c["client"]].describe()
    if what == "authenticate":
        return await clients[c["client"]].authenticate(c["token"])
    if what == "close":
        return await clients[c["client"]].close(wait_s=c.get("waitMs", 10_000) / 1000)
    raise GatewayError("INVALID", f"the driver knows no {what}")


async def answer(c: Dict[str, Any]) -> None:
    try:
        say({"id": c["id"], "ok": await run(c)})
    except GatewayError as error:
        bad = [bad._asdict() for bad in error.bad]
        say({"id": c["id"], "error": {"code": error.code, "closeCode": error.close_code, "bad": bad}})


async def main() -> None:
    codec = JsonCodec()
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=64 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tasks = set()
    while line := await reader.readline():
        # As tasks in the order of their lines: each begins at once, whoever waits does so beside the others.
        task = loop.create_task(answer(codec.decode(line)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    for client in clients.values():
        await client.close(wait_s=0)


asyncio.run(main())
