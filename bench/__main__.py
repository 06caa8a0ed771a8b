"""`python -m bench`: every benchmark there is; each is a module with `main(arguments) -> int`."""

from __future__ import annotations

import sys

from bench import requests

if __name__ == "__main__":
    sys.exit(requests.main(sys.argv[1:]))
