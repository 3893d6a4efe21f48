"""Keras with GradientTape, as keras.io's Grad-CAM example has it."""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import matplotlib
import numpy as np
import tensorflow as tf
from PIL import Image

import asked
import photo as photos
import weights

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
model = keras.applications.MobileNetV2(input_shape=(224, 224, 3), weights=None, classes=1000)
given = weights.read(sys.argv[1])
for layer in model.layers:
    names = [name for name in given if name.split("/")[0] == layer.name]
    if names:
        order = ["depthwise_kernel", "kernel", "gamma", "beta", "moving_mean", "moving_variance", "bias"]
        values = sorted(names, key=lambda name: order.index(name.split("/")[1]))
        layer.set_weights([given[name] for name in values])
model.layers[-1].activation = None
both = keras.Model(model.inputs, [model.get_layer("out_relu").output, model.output])
JET = matplotlib.colormaps["jet"](np.arange(256))[:, :3]


def heatmap_of(x, index):
    with tf.GradientTape() as tape:
        features, scores = both(x)
        chosen = int(tf.argmax(scores[0])) if index is None else index
        score = scores[:, chosen]
    gradients = tape.gradient(score, features)
    pooled = tf.reduce_mean(gradients, axis=(0, 1, 2))
    raw = tf.squeeze(features[0] @ pooled[..., tf.newaxis])
    return raw, scores[0]


class KerasTape:
    x = np.zeros((1, photos.SIDE, photos.SIDE, 3), np.float32)

    def input(self, path):
        self.x = photos.pixels(photos.read(path))[None]

    def forward(self):
        return model(self.x, training=False).numpy()

    def heatmap(self, index):
        return heatmap_of(self.x, index)[0].numpy()

    def values(self, index):
        raw, scores = heatmap_of(self.x, index)
        return tf.nn.softmax(scores).numpy(), raw.numpy()

    def picture(self, path):
        photo = photos.read(path)
        raw = heatmap_of(photos.pixels(photo)[None], None)[0]
        heatmap = (tf.maximum(raw, 0) / tf.reduce_max(raw)).numpy()
        small = photos.reduced(photo)
        jet = Image.fromarray(np.uint8(JET[np.uint8(255 * heatmap)] * 255)).resize(small.size)
        overlay = np.asarray(jet, np.float32) * 0.4 + np.asarray(small, np.float32)
        return photos.encoded(keras.utils.array_to_img(overlay))


peer = KerasTape()
peer.forward()
asked.answer(peer)
