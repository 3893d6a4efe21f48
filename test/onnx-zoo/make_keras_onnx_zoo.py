"""Makes classifiers of Keras with random weights as ONNX files, and what Keras says of each.

    python make_keras_onnx_zoo.py FOLDER [PART OF A NAME]...

Each gets a folder with model.onnx and expected.json: the probabilities and the Grad-CAM that Keras computes of a picture.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "zoo"))

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf2onnx  # noqa: E402
from values import grad_cam, head_of, outputs_of, settle, waves  # noqa: E402


def application(name, **options):
    return lambda: getattr(keras.applications, name)(weights=None, classes=10, **options)


def small():
    """As the tutorials of Keras have it."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((96, 96, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", strides=2, activation="relu"),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(32, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


@dataclass
class Entry:
    name: str
    build: Callable[[], keras.Model]
    # Whether the network scales pixels itself, and is given 0 to 255.
    scales: bool
    opset: int
    # By `from_function`, which makes inputs of what a Normalization layer has learnt.
    refused: bool = False


ENTRIES = [
    Entry("keras small CNN", small, True, 11),
    Entry("keras MobileNetV2", application("MobileNetV2"), False, 13),
    Entry("keras EfficientNetB0", application("EfficientNetB0"), True, 15),
    Entry("keras EfficientNetB0 by from_function", application("EfficientNetB0"), True, 15, refused=True),
    Entry("keras ResNet50", application("ResNet50"), False, 18),
]


def export(entry: Entry, model: keras.Model, path: Path) -> None:
    if entry.refused:
        signature = [tf.TensorSpec((None, *model.input_shape[1:]), tf.float32, name="picture")]
        function = tf.function(lambda picture: model(picture, training=False), input_signature=signature)
        tf2onnx.convert.from_function(function, input_signature=signature, opset=entry.opset, output_path=str(path))
        return
    with tempfile.TemporaryDirectory() as saved:
        model.export(saved, verbose=False)
        options = ["--saved-model", saved, "--output", str(path), "--opset", str(entry.opset)]
        subprocess.run([sys.executable, "-m", "tf2onnx.convert", *options], check=True, capture_output=True)


def make(entry: Entry, folder: Path) -> None:
    keras.utils.set_random_seed(7)
    model = entry.build()
    expected = {"name": entry.name, "opset": entry.opset, "exporter": "tf2onnx", "refused": entry.refused}
    if not entry.refused:
        head = head_of(model, None)
        picture = waves(model, entry.scales)
        settle(model, head, picture)
        outputs = outputs_of(model, head, picture)
        cams = (grad_cam(model, head, picture, int(index)) for index in outputs.argsort()[::-1])
        cam = next((each for each in cams if each["cancellation"] is not None), None)
        expected |= {"scales": entry.scales, "outputs": outputs.tolist()}
        expected["map"] = cam and {"class": cam["class"], "cam": cam["cam"]}
    export(entry, model, folder / "model.onnx")
    (folder / "expected.json").write_text(json.dumps(expected))


def main() -> None:
    folder, *parts = sys.argv[1:]
    for entry in ENTRIES:
        place = Path(folder) / entry.name.replace(" ", "-")
        if (place / "expected.json").exists() or (parts and not any(part in entry.name for part in parts)):
            continue
        place.mkdir(parents=True, exist_ok=True)
        make(entry, place)
        print(entry.name, flush=True)


if __name__ == "__main__":
    main()
