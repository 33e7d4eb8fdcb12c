"""The name under which a producer's records are known across connections."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Union


def new_producer_id() -> str:
    return uuid.uuid4().hex


def kept_producer_id(path: Union[str, "os.PathLike[str]"]) -> str:
    """The id that this file holds; makes both when the file is missing. One running process for each file: a second
    one takes the name over, and the first is closed by the server (4511)."""
    file = Path(path)
    try:
        kept = file.read_text(encoding="ascii").strip()
        if kept:
            return kept
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    made = new_producer_id()
    # Whole or not at all: a half-written name would be another producer.
    part = file.with_name(f"{file.name}.{made}.part")
    part.write_text(made + "\n", encoding="ascii")
    os.replace(part, file)
    return made
