"""Publishes the lines of its standard input to GatewayWordCount.

    producer.py [<url> [<token>]]

Needs the client: pip install ./gateway/clients/python
"""

import sys

from dstreams_client import connect_blocking

url = sys.argv[1] if len(sys.argv) > 1 else "ws://127.0.0.1:8090/"
token = sys.argv[2] if len(sys.argv) > 2 else None

with connect_blocking(url, token=token) as client:
    for line in sys.stdin:
        client.publish("lines", [line.rstrip("\n")], ack="memory")
        print("published:", line.rstrip("\n"), flush=True)
