"""Values that JSON has no form for: ``{"$i": digits}``, ``{"$b": base64}``, ``{"$f": "NaN"}``."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import math
from typing import Any, List, Tuple

from .errors import GatewayError

SAFE_INTEGER = 2**53 - 1
_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
#: The server ends the connection of who sends one of these.
_FORBIDDEN = frozenset(("__proto__", "constructor", "prototype"))
#: Of what the server counts as depth, what stands round a value in a frame.
_ROUND = 3


class Walk:
    """One value's way to the wire: counts what the server will count, and keeps to its depth."""

    def __init__(self, is_binary: bool, depth_max: int) -> None:
        self.is_binary = is_binary
        self.depth_max = depth_max - _ROUND
        self.items = 0

    def to_wire(self, value: Any, depth: int = 0) -> Any:
        self.items += 1
        if value is None or value is True or value is False or type(value) is str:
            return value
        if isinstance(value, int):
            return self._integer(int(value))
        if isinstance(value, float):
            if self.is_binary or math.isfinite(value):
                return float(value)
            return {"$f": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
        if isinstance(value, str):
            return str(value)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return bytes(value) if self.is_binary else {"$b": base64.b64encode(bytes(value)).decode("ascii")}
        if isinstance(value, (datetime.datetime, datetime.date)):
            return _iso(value)
        if depth >= self.depth_max:
            raise GatewayError("INVALID", f"a record is nested deeper than {self.depth_max}, or in a circle")
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.to_wire(item, depth + 1) for item in value]
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        if isinstance(value, dict):
            self.items += len(value)
            return {self._key(key): self.to_wire(item, depth + 1) for key, item in value.items()}
        raise GatewayError("INVALID", f"a {type(value).__name__} has no form that can be sent")

    def _integer(self, value: int) -> Any:
        if self.is_binary:
            return value if -(2**63) <= value < 2**64 else {"$i": str(value)}
        return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else {"$i": str(value)}

    @staticmethod
    def _key(key: Any) -> str:
        if not isinstance(key, str):
            raise GatewayError("INVALID", f"the key {key!r} of a record is no text")
        if key in _FORBIDDEN:
            raise GatewayError("INVALID", f"the key {key!r} is not allowed")
        return key


def _iso(value: datetime.date) -> str:
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise GatewayError("INVALID", "a datetime without a time zone is no point in time")
    utc = value.astimezone(datetime.timezone.utc)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def revive(value: Any) -> Any:
    """What was meant. Changes lists and dicts in place, without recursion: the depth is somebody else's."""
    holder: List[Any] = [value]
    todo: List[Tuple[Any, Any]] = [(holder, 0)]
    while todo:
        parent, key = todo.pop()
        item = parent[key]
        if isinstance(item, dict):
            if len(item) == 1:
                ((name, text),) = item.items()
                if isinstance(text, str) and name in ("$i", "$b", "$f"):
                    parent[key] = _form(name, text, item)
                    continue
            todo.extend((item, name) for name, inner in item.items() if isinstance(inner, (dict, list)))
        elif isinstance(item, list):
            todo.extend((item, i) for i, inner in enumerate(item) if isinstance(inner, (dict, list)))
    return holder[0]


def _form(name: str, text: str, otherwise: Any) -> Any:
    try:
        if name == "$i":
            return int(text)
        if name == "$b":
            return base64.b64decode(text, validate=True)
        return _FLOATS[text]
    except (ValueError, KeyError):
        return otherwise
