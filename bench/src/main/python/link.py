#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the ChronicleSync authors
"""A long link between two TUN devices: link.py ONE OTHER.

Reads lines "ROUND_TRIP_MILLISECONDS BITS_A_SECOND" and answers each with "ok". A packet waits for
its turn at the rate, and then for half a round trip. What would wait longer for its turn than
MAX_WAIT, or is more than MAX_PACKETS, is dropped, as by a router.
"""
import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
MAX_WAIT = 0.5
MAX_PACKETS = 100_000
MAX_BYTES = 65_536
AT_ONCE = 64


def tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


class Way:
    def __init__(self, source, target):
        self.source = source
        self.target = target
        self.waiting = collections.deque()
        self.free_at = 0.0

    def take(self, delay, rate):
        for _ in range(AT_ONCE):
            try:
                packet = os.read(self.source, MAX_BYTES)
            except (BlockingIOError, OSError):
                return
            now = time.monotonic()
            begins = max(now, self.free_at)
            if begins - now > MAX_WAIT or len(self.waiting) >= MAX_PACKETS:
                continue
            self.free_at = begins + len(packet) * 8 / rate
            self.waiting.append((self.free_at + delay, packet))

    def give(self):
        now = time.monotonic()
        while self.waiting and self.waiting[0][0] <= now:
            packet = self.waiting.popleft()[1]
            try:
                os.write(self.target, packet)
            except OSError:
                # The device is down, or full: lost.
                pass

    def due(self):
        return self.waiting[0][0] if self.waiting else None


def main():
    one, other = tun(sys.argv[1]), tun(sys.argv[2])
    ways = {one: Way(one, other), other: Way(other, one)}
    delay, rate = 0.0, 1e9
    print("ready", flush=True)
    poll = select.epoll()
    for source in (0, one, other):
        poll.register(source, select.EPOLLIN)
    while True:
        due = [way.due() for way in ways.values() if way.waiting]
        patience = max(0.0, min(due) - time.monotonic()) if due else -1
        for source, _ in poll.poll(patience):
            if source == 0:
                line = sys.stdin.readline()
                if not line:
                    return
                millis, bits = line.split()
                delay, rate = float(millis) / 2_000, float(bits)
                print("ok", flush=True)
            else:
                ways[source].take(delay, rate)
        for way in ways.values():
            way.give()


main()
