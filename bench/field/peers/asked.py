"""What bench/field/asked.ts says, for contenders in Python."""

import json
import sys
import time

import numpy as np


def answer(able) -> None:
    """Says that everything is loaded, and answers until nothing more is asked."""
    say({"ready": True})
    for line in sys.stdin:
        asked = json.loads(line)
        what = asked["do"]
        given = {"input": "photo", "picture": "photo", "heatmap": "class", "values": "class"}.get(what)
        start = time.perf_counter()
        made = getattr(able, what)(*([asked[given]] if given else []))
        milliseconds = (time.perf_counter() - start) * 1000
        if what == "values":
            probabilities, raw = made
            positive = np.maximum(raw, 0)
            say({"probabilities": probabilities.tolist(), "map": (positive / positive.max()).reshape(-1).tolist()})
        else:
            say({"milliseconds": milliseconds})


def say(what) -> None:
    print(json.dumps(what), flush=True)
