"""line.py DEVICE: a long line between two ends that are both on this machine.

Whoever works at 198.18.87.1 reaches the other end at 198.18.87.4; whoever works at 198.18.87.3 reaches it at
198.18.87.2. What is sent to the far ends goes to a TUN device, and from there to this process, which keeps, loses and
paces IP packets, whatever is in them, and hands them back with the addresses by which the receiver knows both. The
device ends with this process, which ends with its standard input. Needs root.

Each line of the standard input is answered by one of the standard output:

    weather MILLIS LOSS MEGABITS BYTES SEED  each way: the delay, the probability of a loss, the rate (0: none) and what
                                             waits for it at most. The n-th packet of a direction is lost or not, as the
                                             seed has it
    congestion NAME                          how the kernel's TCP sends over the line from now on
    counts                                   so far: packets and bytes handed on, packets lost, packets that found the
                                             queue full, packets that the device itself has dropped
"""
import collections
import fcntl
import os
import random
import select
import struct
import subprocess
import sys
import time

NET = bytes([198, 18, 87])
# The two sums of both addresses are the same, so that no checksum changes.
WAYS = {NET + b"\x04": (NET + b"\x02" + NET + b"\x03"), NET + b"\x02": (NET + b"\x04" + NET + b"\x01")}
ROUTES = {"198.18.87.4": "198.18.87.1", "198.18.87.2": "198.18.87.3"}
AT_ONCE = 64


class Way:
    """One direction: what is under way, and when the last bit of it will have left."""

    def __init__(self, addresses):
        self.addresses = addresses
        self.under_way = collections.deque()
        self.handed_on = self.bytes = self.lost = self.full = 0
        self.free = 0.0
        self.weather(0, 0, 0, 0, 0)

    def weather(self, millis, loss, megabits, queue, seed):
        self.delay = millis / 1000
        self.loss = loss
        self.seconds_per_byte = 8 / (megabits * 1e6) if megabits else 0
        self.longest = queue * self.seconds_per_byte
        self.random = random.Random(seed)

    def take(self, packet, now):
        if self.random.random() < self.loss:
            self.lost += 1
            return
        start = max(self.free, now)
        if self.seconds_per_byte and start - now > self.longest:
            self.full += 1
            return
        self.free = start + len(packet) * self.seconds_per_byte
        self.under_way.append((self.free + self.delay, packet[:12] + self.addresses + packet[20:]))

    def deliver(self, device, now):
        while self.under_way and self.under_way[0][0] <= now:
            packet = self.under_way.popleft()[1]
            os.write(device, packet)
            self.handed_on += 1
            self.bytes += len(packet)


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    # TUNSETIFF with IFF_TUN | IFF_NO_PI: IP packets as they are.
    fcntl.ioctl(device, 0x400454CA, struct.pack("16sH", name.encode(), 0x1001))
    # What waits is to wait here, where it is counted.
    ip("link", "set", name, "txqueuelen", "100000", "up")
    for own in ROUTES.values():
        ip("address", "add", own + "/32", "dev", name)
    route(name)
    return device


def route(name, *more):
    for far, own in ROUTES.items():
        ip("route", "replace", far + "/32", "dev", name, "src", own, *more)


def counts(name, ways):
    dropped = sum(int(open(f"/sys/class/net/{name}/statistics/{which}_dropped").read()) for which in ("rx", "tx"))
    return " ".join(str(value) for way in ways for value in (way.handed_on, way.bytes, way.lost, way.full)) + f" {dropped}"


def obey(words, name, ways):
    if words[0] == "weather":
        for number, way in enumerate(ways):
            way.weather(float(words[1]), float(words[2]), float(words[3]), int(words[4]), int(words[5]) + number)
    elif words[0] == "congestion":
        route(name, "congctl", words[1])
    else:
        return counts(name, ways)
    return "done"


def main(name):
    device = tun(name)
    ways = [Way(addresses) for addresses in WAYS.values()]
    by_address = dict(zip(WAYS, ways))
    print("ready", flush=True)
    while True:
        due = min((way.under_way[0][0] for way in ways if way.under_way), default=None)
        wait = None if due is None else max(0, due - time.monotonic())
        readable = select.select([device, 0], [], [], wait)[0]
        if 0 in readable:
            words = sys.stdin.readline().split()
            if not words:
                return
            print(obey(words, name, ways), flush=True)
        now = time.monotonic()
        if device in readable:
            for _ in range(AT_ONCE):
                try:
                    packet = os.read(device, 65536)
                except BlockingIOError:
                    break
                way = by_address.get(packet[16:20])
                # IPv6's own housekeeping passes by, too.
                if way is not None and packet[0] >> 4 == 4:
                    way.take(packet, now)
        for way in ways:
            way.deliver(device, now)


main(sys.argv[1])
