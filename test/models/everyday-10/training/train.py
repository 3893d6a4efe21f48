"""Train everyday-10 from scratch on CIFAR-10 and write it as a TensorFlow.js layers model.

    python train.py --data <folder with train.tar.gz and validation.tar.gz> --out <folder>

Continues from the last checkpoint in --work when there is one, so a run that was cut off loses one epoch.
"""

import argparse
import io
import json
import math
import tarfile
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras as keras
from PIL import Image

from tfjs_format import save_layers_model

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
SIZE = 32
BATCH = 128


def read_archive(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, 32, 32, 3) uint8 and class indices (n,) of an archive with a folder a class."""
    pictures, labels = [], []
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".jpg"):
                data = archive.extractfile(member).read()
                pictures.append(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
                labels.append(CLASSES.index(Path(member.name).parent.name))
    return np.stack(pictures), np.array(labels)


def build(classes: int = len(CLASSES)) -> keras.Model:
    """A MobileNetV2 (Sandler et al. 2018) for 32x32 pictures: overall stride 4, so that the last feature map is 8x8."""
    layers = keras.layers

    def norm_relu(x, name, relu=True):
        x = layers.BatchNormalization(name=f"{name}_BN", momentum=0.99, epsilon=1e-3)(x)
        return layers.ReLU(6.0, name=f"{name}_relu")(x) if relu else x

    def block(x, index, expansion, filters, stride):
        name, width, shortcut = f"block_{index}", x.shape[-1], x
        if expansion > 1:
            x = layers.Conv2D(width * expansion, 1, use_bias=False, name=f"{name}_expand")(x)
            x = norm_relu(x, f"{name}_expand")
        x = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False, name=f"{name}_depthwise")(x)
        x = norm_relu(x, f"{name}_depthwise")
        x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_project")(x)
        x = norm_relu(x, f"{name}_project", relu=False)
        return layers.Add(name=f"{name}_add")([shortcut, x]) if stride == 1 and width == filters else x

    inputs = keras.Input((SIZE, SIZE, 3), name="picture")
    x = layers.Conv2D(24, 3, padding="same", use_bias=False, name="Conv1")(inputs)
    x = norm_relu(x, "Conv1")
    index = 0
    for expansion, filters, repeats, stride in [(1, 24, 1, 2), (4, 32, 2, 1), (4, 48, 3, 2), (4, 80, 3, 1)]:
        for repeat in range(repeats):
            x = block(x, index, expansion, filters, stride if repeat == 0 else 1)
            index += 1
    x = layers.Conv2D(512, 1, use_bias=False, name="Conv_1")(x)
    x = layers.BatchNormalization(name="Conv_1_bn", momentum=0.99, epsilon=1e-3)(x)
    x = layers.ReLU(6.0, name="out_relu")(x)
    x = layers.GlobalAveragePooling2D(name="global_average_pooling2d")(x)
    x = layers.Dropout(0.2, name="dropout")(x)
    outputs = layers.Dense(classes, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, outputs, name="everyday_10")


def augment(pictures: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Random crops with scale and aspect jitter, flips, brightness, contrast, saturation and one erased square."""
    count = tf.shape(pictures)[0]
    pictures = tf.cast(pictures, tf.float32) / 127.5 - 1.0
    padded = tf.pad(pictures, [[0, 0], [4, 4], [4, 4], [0, 0]], mode="REFLECT")
    uniform = lambda low, high: tf.random.uniform([count], low, high)
    scale, aspect = uniform(0.65, 1.0), tf.exp(uniform(-0.2, 0.2))
    height, width = tf.minimum(scale * aspect, 1.0), tf.minimum(scale / aspect, 1.0)
    top, left = uniform(0.0, 1.0) * (1.0 - height), uniform(0.0, 1.0) * (1.0 - width)
    flip = uniform(0.0, 1.0) < 0.5
    boxes = tf.stack(
        [top, tf.where(flip, left + width, left), top + height, tf.where(flip, left, left + width)], axis=1
    )
    x = tf.image.crop_and_resize(padded, boxes, tf.range(count), [SIZE, SIZE])
    broadcast = lambda value: value[:, None, None, None]
    grey = tf.reduce_mean(x, axis=3, keepdims=True)
    x = grey + (x - grey) * broadcast(uniform(0.6, 1.4))
    x = x * broadcast(uniform(0.7, 1.3)) + broadcast(uniform(-0.2, 0.2))
    x = tf.clip_by_value(x, -1.0, 1.0)
    rows, columns = uniform(0.0, SIZE - 1.0), uniform(0.0, SIZE - 1.0)
    grid = tf.range(SIZE, dtype=tf.float32)
    hole = (tf.abs(grid[None, :, None] - rows[:, None, None]) < 5) & (
        tf.abs(grid[None, None, :] - columns[:, None, None]) < 5
    )
    x = tf.where(hole[..., None] & broadcast(uniform(0.0, 1.0) < 0.5), tf.zeros_like(x), x)
    return x, tf.one_hot(labels, len(CLASSES))


class Cosine(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up over the first twentieth, then a half cosine to zero (Loshchilov and Hutter 2017)."""

    def __init__(self, peak: float, steps: int):
        self.peak, self.steps = peak, steps

    def __call__(self, step):
        step = tf.cast(step, tf.float32)
        warm = self.steps / 20
        progress = tf.clip_by_value((step - warm) / (self.steps - warm), 0.0, 1.0)
        return self.peak * tf.minimum(step / warm, 0.5 * (1.0 + tf.cos(math.pi * progress)))

    def get_config(self):
        return {"peak": self.peak, "steps": self.steps}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    keras.utils.set_random_seed(arguments.seed)
    train_x, train_y = read_archive(arguments.data / "train.tar.gz")
    valid_x, valid_y = read_archive(arguments.data / "validation.tar.gz")
    steps = len(train_x) // BATCH
    dataset = (
        tf.data.Dataset.from_tensor_slices((train_x, train_y))
        .shuffle(len(train_x), seed=arguments.seed)
        .batch(BATCH, drop_remainder=True)
        .map(augment, num_parallel_calls=2)
        .prefetch(4)
    )
    validation = valid_x.astype(np.float32) / 127.5 - 1.0

    model = build()
    model.compile(
        keras.optimizers.AdamW(Cosine(3e-3, arguments.epochs * steps), weight_decay=0.01),
        keras.losses.CategoricalCrossentropy(label_smoothing=0.05),
        metrics=["accuracy"],
    )
    arguments.work.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    model.fit(
        dataset,
        epochs=arguments.epochs,
        validation_data=(validation, tf.one_hot(valid_y, len(CLASSES))),
        callbacks=[keras.callbacks.BackupAndRestore(str(arguments.work / "backup"))],
        verbose=2,
    )
    accuracy = float(np.mean(model.predict(validation, verbose=0).argmax(1) == valid_y))
    save_layers_model(model, arguments.out)
    report = {
        "validationAccuracy": accuracy,
        "epochs": arguments.epochs,
        "seed": arguments.seed,
        "parameters": model.count_params(),
        "minutes": round((time.monotonic() - started) / 60, 1),
    }
    (arguments.work / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
