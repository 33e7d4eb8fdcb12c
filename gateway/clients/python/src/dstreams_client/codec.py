"""The two subprotocols: the same fields, as text or as bytes."""

from __future__ import annotations

import json
import math
from typing import Any, Dict, List, Optional, Tuple, Union

from .errors import GatewayError
from .records import Record
from .values import Walk, revive

Message = Dict[str, Any]


class JsonCodec:
    subprotocol = "dstreams.v1.json"
    is_binary = False

    def encode(self, message: Message) -> Union[str, bytes]:
        return _text(message)

    def decode(self, frame: Union[str, bytes]) -> Message:
        message = json.loads(frame)
        is_special = ('"$' if isinstance(frame, str) else b'"$') in frame  # type: ignore[operator]
        return revive(message) if is_special else message  # type: ignore[no-any-return]

    def pack(self, value: Any) -> bytes:
        return _text(value).encode("utf-8")

    def pub_frame(self, head: Message, records: List[bytes]) -> Union[str, bytes]:
        body = b",".join(records).decode("utf-8")
        return f'{_text(head)[:-1]},"records":[{body}]}}'


class MsgpackCodec:
    subprotocol = "dstreams.v1.msgpack"
    is_binary = True

    def __init__(self) -> None:
        try:
            import msgpack
        except ImportError as error:
            raise GatewayError("INVALID", "codec='msgpack' needs: pip install 'dstreams-client[msgpack]'") from error
        self._msgpack = msgpack

    def encode(self, message: Message) -> Union[str, bytes]:
        return self.pack(message)

    def decode(self, frame: Union[str, bytes]) -> Message:
        return revive(self._msgpack.unpackb(frame, raw=False, strict_map_key=False))  # type: ignore[no-any-return]

    def pack(self, value: Any) -> bytes:
        return self._msgpack.packb(value, use_bin_type=True)  # type: ignore[no-any-return]

    def pub_frame(self, head: Message, records: List[bytes]) -> Union[str, bytes]:
        packed = bytearray(self.pack(head))
        packed[0] += 1  # A map of at most 15 entries says how many in its first byte: one more follows.
        key = self.pack("records")
        return b"".join([bytes(packed), key, b"\xdd" + len(records).to_bytes(4, "big"), *records])


Codec = Union[JsonCodec, MsgpackCodec]


def codec_of(name: str) -> Codec:
    if name == "json":
        return JsonCodec()
    if name == "msgpack":
        return MsgpackCodec()
    raise GatewayError("INVALID", f"codec is 'json' or 'msgpack', not {name!r}")


def encode_record(codec: Codec, record: Record, depth_max: int) -> Tuple[bytes, int]:
    """A record's bytes, and how many values the server will count in it."""
    walk = Walk(codec.is_binary, depth_max)
    wire: Dict[str, Any] = {}
    if record.key is not None:
        wire["k"] = walk.to_wire(record.key)
    wire["v"] = walk.to_wire(record.value)
    if record.timestamp_ms is not None:
        wire["ts"] = record.timestamp_ms
    if record.headers is not None:
        wire["h"] = walk.to_wire(dict(record.headers))
    return codec.pack(wire), walk.items + 8


def _text(value: Any, ascii_only: Optional[bool] = False) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=bool(ascii_only), allow_nan=False)
    if ascii_only:
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # A half of a surrogate pair can only be sent as an escape.
        return _text(value, True)
    return text


def number(message: Dict[str, Any], name: str) -> Any:
    """This number of a message. What is taken for one and is none is a trouble later, where nobody knows of the peer: by
    this error the connection is given up."""
    value = message[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{name} is {value!r}, not a number")
    return value
