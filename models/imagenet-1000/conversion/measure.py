"""Say how often the answers of `sorot explain --json` are right, and how far two models' answers are apart.

    python measure.py <answers.json> [<answers of the other model.json>]

A photo's file name begins with the index of its class, as in `0207_golden_retriever.jpg`.
"""

import json
import sys
from pathlib import Path

import numpy as np


def read(path: str) -> tuple[np.ndarray, np.ndarray]:
    """Class indices (n,) and probabilities (n, classes) of a document with one answer a photo."""
    answers = [answer for answer in json.loads(Path(path).read_text()) if "predictions" in answer]
    truth = np.array([int(Path(answer["photo"]["file"]).name.split("_")[0]) for answer in answers])
    probabilities = np.zeros((len(answers), len(answers[0]["predictions"])))
    for row, answer in zip(probabilities, answers):
        for prediction in answer["predictions"]:
            row[prediction["index"]] = prediction["probability"]
    return truth, probabilities


def main() -> None:
    documents = [read(path) for path in sys.argv[1:3]]
    for path, (truth, probabilities) in zip(sys.argv[1:3], documents):
        order = np.argsort(-probabilities, axis=1, kind="stable")
        first = np.mean(order[:, 0] == truth)
        five = np.mean(np.any(order[:, :5] == truth[:, None], axis=1))
        print(f"{path}: {len(truth)} photos, right first {first:.2%}, among the first five {five:.2%}")
    if len(documents) == 2:
        (_, one), (_, other) = documents
        difference = np.abs(one - other)
        likeliest = difference[np.arange(len(one)), one.argmax(1)]
        print(f"another first answer: {np.sum(one.argmax(1) != other.argmax(1))} photos")
        print(f"difference of a probability: {difference.max():.4f} at most, {likeliest.mean():.4f} for the first answer")


if __name__ == "__main__":
    main()
