"""What goes wrong, by code."""

from __future__ import annotations

from typing import NamedTuple, Optional, Sequence


class BadRecord(NamedTuple):
    """A record that the stream's schema refuses; ``index``: which one of the call, from 0."""

    index: int
    path: str
    message: str


class GatewayError(Exception):
    """``code`` is a refusal of the server (``SCHEMA``, ``FORBIDDEN`` ...) or one of this client: ``BUFFER_FULL``,
    ``CLOSED`` (the server ended the connection for good, see ``close_code``), ``ENDED`` (by ``close()``),
    ``INVALID``, ``TOO_LARGE``."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        close_code: Optional[int] = None,
        bad: Sequence[BadRecord] = (),
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.close_code = close_code
        #: Which records were refused, ten at most.
        self.bad = tuple(bad)
