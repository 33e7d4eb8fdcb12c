"""What is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional


@dataclass(frozen=True)
class Record:
    """A value with what goes with it. ``timestamp_ms``: when it happened, ms since the epoch."""

    value: Any
    key: Any = None
    timestamp_ms: Optional[float] = None
    headers: Optional[Mapping[str, Any]] = None
