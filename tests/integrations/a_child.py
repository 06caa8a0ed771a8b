"""A child for tests: tells what it was asked and which of the environment it sees, or dies."""

import json
import os
import sys

asked = json.load(sys.stdin)
if asked.get("die"):
    raise SystemExit(7)
for each in asked["lines"]:
    print(json.dumps({"line": each}), flush=True)
print(json.dumps({"environment": sorted(os.environ)}), flush=True)
