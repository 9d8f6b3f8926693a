"""The load of the media bench: many telephones in one process of their own, 50 packets a second each.

Run by bench.media as `python -m bench.rtp_sender`; speaks JSON lines on standard input and output.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from typing import Any

from media.rtp import HEADER

FRAME_S = 0.02
PAYLOAD = bytes(range(160))


def bind(count: int) -> list[socket.socket]:
    sockets = []
    for _ in range(count):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        sockets.append(sock)
    return sockets


def run(sockets: list[socket.socket], first_frame: int, seconds: float) -> dict[str, int]:
    """Send at pace and count what comes back."""
    epoll = select.epoll()
    receivers = {sock.fileno(): sock.recv for sock in sockets}
    for descriptor in receivers:
        epoll.register(descriptor, select.EPOLLIN)
    sent = received = frame = 0
    start = time.monotonic()
    # each telephone at its own moment of the 20 ms, as in life
    slots = max(1, len(sockets) // 20)
    groups = [sockets[first : first + slots] for first in range(0, len(sockets), slots)]
    while frame * FRAME_S < seconds:
        for number, group in enumerate(groups):
            due = start + (frame + number / len(groups)) * FRAME_S
            number_sent = first_frame + frame
            packet = HEADER.pack(0x80, 0, number_sent & 0xFFFF, number_sent * 160, 0x1234) + PAYLOAD
            for sock in group:
                try:
                    sock.send(packet)
                    sent += 1
                except OSError:
                    continue
            for descriptor, _ in epoll.poll(0, 512):
                try:
                    receivers[descriptor](2048)
                    received += 1
                except OSError:
                    continue
            # Asleep rather than in poll: waking a local receiver would be charged to who sends to it.
            time.sleep(max(0.0, due - time.monotonic()))
        frame += 1
    end = time.monotonic() + 2
    while (ready := epoll.poll(0.3, 512)) and time.monotonic() < end:
        for descriptor, _ in ready:
            receivers[descriptor](2048)
            received += 1
    epoll.close()
    return {"sent": sent, "received": received}


def main() -> None:
    def say(message: Any) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    order = json.loads(sys.stdin.readline())
    sockets = bind(order["count"])
    say([sock.getsockname()[1] for sock in sockets])
    for sock, port in zip(sockets, json.loads(sys.stdin.readline())["ports"], strict=True):
        sock.connect(("127.0.0.1", port))
    frame = 0
    for line in sys.stdin:
        seconds = json.loads(line)["seconds"]
        say(run(sockets, frame, seconds))
        frame += round(seconds / FRAME_S)


if __name__ == "__main__":
    main()
