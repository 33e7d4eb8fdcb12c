"""Client of the gateway of dstreams: ``connect`` for asyncio, ``connect_blocking`` for threads."""

from .blocking import BlockingClient, BlockingSubscription, connect_blocking
from .client import Client, Status, connect
from .errors import BadRecord, GatewayError
from .outbox import Receipt
from .producer_id import kept_producer_id
from .records import Record
from .subscription import Batch, Gap, Position, Subscription

__all__ = [
    "BadRecord",
    "Batch",
    "BlockingClient",
    "BlockingSubscription",
    "Client",
    "Gap",
    "GatewayError",
    "Position",
    "Receipt",
    "Record",
    "Status",
    "Subscription",
    "connect",
    "connect_blocking",
    "kept_producer_id",
]
