"""The weights that the benchmark's own writer made, by the names of Keras' layers."""

import json
from pathlib import Path

import numpy as np


def read(folder: str) -> dict[str, np.ndarray]:
    document = json.loads((Path(folder) / "model.json").read_text())
    values = np.fromfile(Path(folder) / "weights.bin", dtype="<f4")
    found, at = {}, 0
    for entry in document["weightsManifest"][0]["weights"]:
        size = int(np.prod(entry["shape"]))
        found[entry["name"]] = values[at : at + size].reshape(entry["shape"])
        at += size
    assert at == values.size
    return found
