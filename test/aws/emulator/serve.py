"""Serves ministack on a loopback port until standard input closes: it outlives no test that started it.

Usage: serve.py PORT
"""

import asyncio
import os
import sys
import threading


def leave_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app

    threading.Thread(target=leave_with_parent, daemon=True).start()
    config = Config()
    config.bind = [f"127.0.0.1:{sys.argv[1]}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    asyncio.run(serve(app, config))


main()
