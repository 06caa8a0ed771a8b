"""A child for the tests of `confined`: does what it is told, as a hostile file would make it."""

from __future__ import annotations

import ctypes
import os
import time

from huiyin.integrations.confined import NotTaken, serve


def answer(data: bytes, arguments: list[str]) -> bytes:
    match data:
        case b"environment":
            return repr(dict(os.environ)).encode()
        case b"refuse":
            raise NotTaken("too_large")
        case b"raise":
            raise ValueError("a broken file")
        case b"crash":
            ctypes.string_at(0)
        case b"sleep":
            time.sleep(60)
    return data + "".join(arguments).encode()


if __name__ == "__main__":
    serve(answer)
