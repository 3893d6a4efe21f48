"""The networks that people's classifiers are made of, each built with either Keras API.

Every builder takes the API's module (`keras` 3 or `tf_keras`) and returns a model that takes one picture. What takes
little time comes first, so that a zoo is of use before all of it is made.
"""

from collections.abc import Callable
from typing import NamedTuple
from unittest import mock

import numpy as np
import tensorflow as tf

SIDE = 96
CLASSES = 7

BOTH = ("keras2", "keras3")


class Architecture(NamedTuple):
    build: Callable
    scales: bool = False
    """Whether the network scales pixels of 0..255 itself."""
    apis: tuple[str, ...] = BOTH
    """The APIs that can build it."""
    output: str | None = None
    """The layer whose output classifies, where the model has several outputs."""
    policy: str | None = None
    """The dtype policy that the saved model has; the expected values are of a twin that computes in float32."""
    fit: bool = False
    """Whether the model is compiled and fitted a little, so that its files hold an optimizer and its state."""
    large: bool = False
    """Whether it is heavy and one file of each API is enough: .h5 of Keras 2, .keras of Keras 3."""
    vars: bool = False
    """Whether the converter is run on the .keras file too: it names weights otherwise than from the .h5 file."""
    graph: bool = False
    """Whether a TensorFlow.js graph model is written."""
    old_config: bool = False
    """Whether the .h5 file is given the configuration that Keras 2.3 wrote for the same layers."""


def is_keras_3(k) -> bool:
    return k.__version__.startswith("3.")


def _built(model, side: int):
    """Builds a Sequential that begins with a model: early versions of Keras 3 wait for the first picture."""
    if not model.built:
        model.build((None, side, side, 3))
    return model


# Networks of Keras' own


def _application(name: str, side: int = SIDE, **options) -> Callable:
    def build(k):
        # No weights: what is proved is that every layer is read and computed, not what it has learnt.
        return getattr(k.applications, name)(
            weights=None, **{"input_shape": (side, side, 3), "classes": CLASSES, **options}
        )

    return build


def _backbone(k, name: str, **options):
    return getattr(k.applications, name)(
        **{"weights": None, "include_top": False, "input_shape": (SIDE, SIDE, 3), **options}
    )


def _as_if_pretrained(k, module: str, build: Callable):
    """Builds a network as with `weights="imagenet"`, without the download: EfficientNet gets a layer more that way."""
    library = __import__(f"{k.__name__}.src.applications.{module}", fromlist=[module])
    files = getattr(library, "file_utils", None) or library.data_utils
    model = library.Functional if hasattr(library, "Functional") else library.training.Model
    with mock.patch.object(files, "get_file", lambda *_, **__: "nothing.h5"):
        with mock.patch.object(model, "load_weights", lambda *_, **__: None):
            return build()


# Transfer learning


def _transfer_functional(k, base):
    """The transfer learning guide of Keras: augmentation, scaling, and a frozen base called for inference."""
    base.trainable = False
    picture = k.layers.Input((SIDE, SIDE, 3))
    x = k.layers.RandomFlip("horizontal")(picture)
    x = k.layers.RandomRotation(0.1)(x)
    x = k.layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = base(x, training=False)
    x = k.layers.GlobalAveragePooling2D()(x)
    x = k.layers.Dropout(0.3)(x)
    x = k.layers.Dense(32, activation="relu")(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _transfer_efficientnet(k):
    base = _as_if_pretrained(k, "efficientnet", lambda: _backbone(k, "EfficientNetB0", weights="imagenet"))
    picture = k.layers.Input((SIDE, SIDE, 3))
    x = base(picture)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _transfer_sequential(k, base, pooling: bool):
    return k.Sequential(
        [
            k.layers.Input((SIDE, SIDE, 3)),
            base,
            k.layers.GlobalAveragePooling2D() if pooling else k.layers.Flatten(),
            k.layers.BatchNormalization(),
            k.layers.Dense(32, activation="relu"),
            k.layers.Dropout(0.5),
            k.layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def _transfer_added(k):
    """A Sequential that is filled with `add`, whose base is frozen but for its last layers."""
    base = _backbone(k, "MobileNetV2", alpha=0.35)
    for layer in base.layers[:-20]:
        layer.trainable = False
    model = k.Sequential(name="classifier")
    model.add(base)
    model.add(k.layers.GlobalMaxPooling2D())
    model.add(k.layers.Dense(CLASSES))
    model.add(k.layers.Softmax())
    return _built(model, SIDE)


def _transfer_any_size(k):
    """The base itself takes pictures of any size."""
    base = _backbone(k, "MobileNetV2", alpha=0.35, input_shape=(None, None, 3))
    return k.Sequential(
        [k.layers.Input((SIDE, SIDE, 3)), base, k.layers.GlobalAveragePooling2D(), k.layers.Dense(CLASSES, "softmax")]
    )


def _transfer_pooled(k):
    """The application pools itself, and its output is the features."""
    base = _backbone(k, "MobileNetV2", alpha=0.5, pooling="avg")
    picture = k.layers.Input((SIDE, SIDE, 3))
    x = picture / 127.5 - 1.0
    x = base(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _transfer_of_output(k):
    """Layers put on the output of the application, without nesting it."""
    base = _backbone(k, "MobileNet", alpha=0.5)
    x = k.layers.GlobalAveragePooling2D()(base.output)
    x = k.layers.Dense(CLASSES)(x)
    return k.Model(base.input, k.layers.Softmax()(x))


def _transfer_preprocessed(k, module: str):
    """The application's own `preprocess_input` inside the model, as TensorFlow's tutorial has it."""
    base = _backbone(k, "MobileNet", alpha=0.25)
    base.trainable = False
    augment = k.Sequential([k.layers.RandomFlip("horizontal"), k.layers.RandomRotation(0.2)])
    picture = k.Input(shape=(SIDE, SIDE, 3))
    x = augment(picture)
    x = getattr(k.applications, module).preprocess_input(x)
    x = base(x, training=False)
    x = k.layers.GlobalAveragePooling2D()(x)
    x = k.layers.Dropout(0.2)(x)
    return k.Model(picture, k.layers.Dense(CLASSES)(x))


def _transfer_one_logit(k):
    """Cats and dogs: one unit without an activation, for `BinaryCrossentropy(from_logits=True)`."""
    base = _backbone(k, "MobileNetV2", alpha=0.35)
    base.trainable = False
    picture = k.Input(shape=(SIDE, SIDE, 3))
    x = k.applications.mobilenet_v2.preprocess_input(picture)
    x = base(x, training=False)
    x = k.layers.GlobalAveragePooling2D()(x)
    x = k.layers.Dropout(0.2)(x)
    return k.Model(picture, k.layers.Dense(1)(x))


def _teachable_machine(k):
    """What Google's Teachable Machine exports: a Sequential of two Sequentials, the first around a Functional."""
    base = _backbone(k, "MobileNetV2", alpha=0.35)
    base = k.Model(base.input, base.get_layer("out_relu").output, name="model1")
    features = k.Sequential(
        [base, k.layers.GlobalAveragePooling2D(name="global_average_pooling2d_1")], name="sequential_1"
    )
    head = k.Sequential(
        [
            k.layers.Input((1280,)),
            k.layers.Dense(100, activation="relu", name="dense_Dense1"),
            k.layers.Dense(CLASSES, activation="softmax", use_bias=False, name="dense_Dense2"),
        ],
        name="sequential_3",
    )
    return _built(k.Sequential([features, head], name="sequential_4"), SIDE)


# Small networks


def _flatten_cnn(k):
    return k.Sequential(
        [
            k.layers.Input((48, 48, 3)),
            k.layers.Rescaling(1 / 255),
            k.layers.Conv2D(16, 3, activation="relu"),
            k.layers.MaxPooling2D(),
            k.layers.Conv2D(32, 3, activation="relu"),
            k.layers.MaxPooling2D(2, 2),
            k.layers.Conv2D(64, 3, activation="relu", padding="same"),
            k.layers.MaxPooling2D((2, 2)),
            k.layers.Flatten(),
            k.layers.Dense(64, activation="relu"),
            k.layers.Dropout(0.5),
            k.layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def _input_shape_cnn(k):
    """The shape given to the first layer, not to an `Input`; Flatten right after a convolution."""
    model = k.Sequential()
    model.add(k.layers.Conv2D(12, (3, 3), strides=(2, 2), input_shape=(48, 48, 3)))
    model.add(k.layers.Activation("relu"))
    model.add(k.layers.BatchNormalization())
    model.add(k.layers.Conv2D(16, (3, 3), padding="same"))
    model.add(k.layers.Activation(k.activations.relu))
    model.add(k.layers.Flatten())
    model.add(k.layers.Dropout(0.5))
    model.add(k.layers.Dense(CLASSES, activation=k.activations.softmax))
    return model


def _vgg_like(k):
    layers = [k.layers.Input((48, 48, 3))]
    for filters in (16, 32, 64):
        for _ in range(2):
            layers += [
                k.layers.Conv2D(filters, 3, padding="same"),
                k.layers.BatchNormalization(),
                k.layers.Activation("relu"),
            ]
        layers += [k.layers.AveragePooling2D(2), k.layers.Dropout(0.25)]
    return k.Sequential(
        [*layers, k.layers.GlobalMaxPooling2D(), k.layers.Dense(CLASSES), k.layers.Activation("softmax")]
    )


def _residual(k):
    """A small residual network with the activations that TensorFlow.js lacks."""
    picture = k.layers.Input((48, 48, 3))
    x = k.layers.Conv2D(16, 3, strides=2, padding="same", activation="swish")(picture)
    for filters in (16, 32):
        shortcut = k.layers.Conv2D(filters, 1, strides=2, use_bias=False)(x)
        x = k.layers.SeparableConv2D(filters, 3, strides=2, padding="same", activation="gelu")(x)
        x = k.layers.BatchNormalization()(x)
        x = k.layers.SeparableConv2D(filters, 3, padding="same", depth_multiplier=2)(x)
        x = k.layers.Add()([x, shortcut])
        x = k.layers.LeakyReLU(0.2)(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _one_sigmoid(k):
    return k.Sequential(
        [
            k.layers.Input((48, 48, 3)),
            k.layers.Rescaling(1 / 127.5, offset=-1),
            k.layers.Conv2D(16, 5, strides=2, activation="elu"),
            k.layers.Conv2D(32, 3, strides=2, activation="selu"),
            k.layers.Conv2D(32, 3, padding="same"),
            k.layers.PReLU(shared_axes=[1, 2]),
            k.layers.GlobalAveragePooling2D(),
            k.layers.Dense(1, activation="sigmoid"),
        ]
    )


def _one_sigmoid_flattened(k):
    """Cats and dogs as in the book: Flatten, and the sigmoid in a layer of its own."""
    picture = k.Input((64, 64, 3))
    x = k.layers.Rescaling(1.0 / 255)(picture)
    for filters in (8, 16, 32):
        x = k.layers.Conv2D(filters=filters, kernel_size=3, activation="relu")(x)
        x = k.layers.MaxPooling2D(pool_size=2)(x)
    x = k.layers.Flatten()(x)
    x = k.layers.Dropout(0.5)(x)
    x = k.layers.Dense(1)(x)
    return k.Model(inputs=picture, outputs=k.layers.Activation("sigmoid")(x))


def _logits(k, units: int):
    return k.Sequential(
        [
            k.layers.Input((48, 48, 3)),
            k.layers.Rescaling(1 / 255),
            k.layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"),
            k.layers.BatchNormalization(),
            k.layers.Conv2D(24, 3, strides=2, padding="same", activation="relu"),
            k.layers.GlobalAveragePooling2D(),
            k.layers.Dense(units),
        ]
    )


def _many_labels(k):
    picture = k.layers.Input((48, 48, 3))
    x = k.layers.Normalization(mean=[120.0, 110.0, 100.0], variance=[3600.0, 3500.0, 3400.0])(picture)
    left = k.layers.Conv2D(12, 3, padding="same", activation="relu")(x)
    right = k.layers.DepthwiseConv2D(3, padding="same", activation="relu")(x)
    x = k.layers.Concatenate()([left, right])
    x = k.layers.ZeroPadding2D(1)(x)
    x = k.layers.Conv2D(24, 3, strides=2)(x)
    x = k.layers.BatchNormalization()(x)
    x = k.layers.ReLU(max_value=6)(x)
    x = k.layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = k.layers.Conv2D(CLASSES, 1)(x)
    x = k.layers.Flatten()(x)
    return k.Model(picture, k.layers.Activation("sigmoid")(x))


def _adapted(k, nested: bool):
    """Normalization whose statistics were adapted to data, and so are weights, not numbers in the configuration."""
    data = np.random.default_rng(2).uniform(0, 255, (8, 48, 48, 3)) * [1.0, 0.8, 0.5]
    normalization = k.layers.Normalization(axis=-1)
    normalization.adapt(data.astype(np.float32))
    picture = k.layers.Input((48, 48, 3))
    if nested:
        first = k.Sequential([k.layers.Input((48, 48, 3)), k.layers.RandomFlip(), normalization], name="first")
        x = first(picture)
    else:
        x = normalization(picture)
    x = k.layers.Conv2D(16, 3, strides=2, activation="relu")(x)
    x = k.layers.Conv2D(24, 3, activation="relu")(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="sigmoid" if nested else "softmax")(x))


def _scaled_by_channel(k):
    """Every channel scaled by numbers of its own, and a Normalization that is one number for all."""
    picture = k.layers.Input((48, 48, 3))
    x = k.layers.Rescaling(1 / 255)(picture)
    x = k.layers.Rescaling([1 / 0.229, 1 / 0.224, 1 / 0.225], offset=[-2.1, -2.0, -1.8])(x)
    x = k.layers.Normalization(mean=0.1, variance=1.5, axis=None)(x)
    x = k.layers.Conv2D(16, 3, strides=2, activation="relu")(x)
    x = k.layers.Conv2D(24, 3, activation="relu")(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _augmented(k):
    """Augmentation in a Sequential of its own, as the tutorials have it, and a nested head."""
    augment = k.Sequential(
        [k.layers.RandomFlip("horizontal"), k.layers.RandomZoom(0.2), k.layers.RandomContrast(0.1)], name="augment"
    )
    head = k.Sequential(
        [k.layers.Input((32,)), k.layers.Dense(16, activation="relu"), k.layers.Dense(CLASSES)], name="head"
    )
    picture = k.layers.Input((64, 64, 3))
    x = augment(picture)
    x = k.layers.Rescaling(1 / 255)(x)
    x = k.layers.Conv2D(16, 3, activation="relu", padding="same")(x)
    x = k.layers.MaxPooling2D()(x)
    x = k.layers.Conv2D(32, 3, activation="relu", padding="same")(x)
    x = k.layers.GaussianNoise(0.1)(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Softmax()(head(x)))


def _augmented_sequential(k):
    """The layers that augment, in a Sequential in a Sequential."""
    augment = k.Sequential(
        [
            k.layers.RandomFlip("horizontal_and_vertical", input_shape=(64, 64, 3)),
            k.layers.RandomRotation((-0.1, 0.2), fill_mode="nearest"),
            k.layers.RandomTranslation(0.1, (-0.2, 0.1)),
            k.layers.RandomZoom(0.1, 0.1),
            k.layers.RandomContrast(0.2),
        ]
    )
    model = k.Sequential(
        [
            augment,
            k.layers.Rescaling(1.0 / 255),
            k.layers.Conv2D(16, 3, padding="same", activation="relu"),
            k.layers.MaxPooling2D(),
            k.layers.Conv2D(32, 3, padding="same", activation="relu"),
            k.layers.MaxPooling2D(),
            k.layers.Dropout(0.2),
            k.layers.Flatten(),
            k.layers.Dense(32, activation="relu"),
            k.layers.Dense(CLASSES, name="outputs"),
        ]
    )
    return _built(model, 64)


def _augmented_rarely(k):
    """What augments and is met less often; Keras 3 has more of these layers with every version."""
    layers = {
        "RandomBrightness": {"factor": 0.2},
        "RandomGrayscale": {"factor": 0.2},
        "RandomHue": {"factor": 0.2},
        "RandomSaturation": {"factor": 0.6},
        "RandomSharpness": {"factor": 0.2},
        "RandomErasing": {},
        "RandomGaussianBlur": {},
        "RandomInvert": {},
        "RandomPosterization": {"factor": 4},
    }
    picture = k.layers.Input((48, 48, 3))
    x = picture
    for name, options in layers.items():
        if hasattr(k.layers, name):
            x = getattr(k.layers, name)(**options)(x)
    x = k.layers.Rescaling(1 / 255)(x)
    x = k.layers.Conv2D(16, 3, strides=2, activation="relu")(x)
    x = k.layers.Conv2D(24, 3, activation="relu")(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _resized(k):
    """Pictures cropped and resized inside the model."""
    picture = k.layers.Input((64, 60, 3))
    x = k.layers.CenterCrop(56, 52)(picture)
    x = k.layers.Resizing(48, 48)(x)
    x = k.layers.Rescaling(1 / 255)(x)
    x = k.layers.Conv2D(16, 3, strides=2, activation="relu")(x)
    x = k.layers.Conv2D(24, 3, activation="relu")(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _squeeze(k):
    """Squeeze and excitation with hard activations, and average, maximum and upsampling layers."""
    picture = k.layers.Input((48, 48, 3))
    x = k.layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False)(picture)
    x = k.layers.BatchNormalization(scale=False)(x)
    x = k.layers.ReLU()(x)
    gate = k.layers.GlobalAveragePooling2D()(x)
    gate = k.layers.Reshape((1, 1, 16))(gate)
    gate = k.layers.Conv2D(4, 1, activation="relu")(gate)
    gate = k.layers.Conv2D(16, 1, activation="hard_sigmoid")(gate)
    x = k.layers.Multiply()([x, gate])
    small = k.layers.UpSampling2D(2)(k.layers.MaxPooling2D()(x))
    x = k.layers.Maximum()([x, k.layers.Average()([x, small])])
    x = k.layers.Conv2D(24, 3, dilation_rate=2, activation="tanh")(x)
    x = k.layers.Cropping2D(1)(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _merging(k):
    """Every layer that merges, its inputs a list, some of them more than two, and the functions named like them."""
    picture = k.layers.Input((48, 48, 3))
    a, b, c = (k.layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(picture) for _ in range(3))
    x = k.layers.Add()([a, b, c])
    y = k.layers.Concatenate(axis=-1)([a, b, c])
    y = k.layers.Conv2D(8, 1)(y)
    x = k.layers.concatenate([x, k.layers.Subtract()([y, a]), k.layers.Minimum()([b, c])], axis=3)
    x = k.layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    y = k.layers.Conv2D(16, 3, padding="same")(k.layers.multiply([y, a]))
    x = k.layers.add([x, y])
    pooled = [k.layers.GlobalAveragePooling2D()(x), k.layers.GlobalMaxPooling2D()(x)]
    x = k.layers.Concatenate()(pooled)
    return k.Model([picture], [k.layers.Dense(CLASSES, activation="softmax")(x)])


def _separable(k):
    picture = k.layers.Input((48, 48, 3))
    x = k.layers.SeparableConv2D(16, 3, strides=2, padding="same", depth_multiplier=3, activation="relu")(picture)
    x = k.layers.SeparableConv2D(16, (3, 5), padding="same", use_bias=False)(x)
    x = k.layers.BatchNormalization(center=False)(x)
    x = k.layers.ReLU(6.0)(x)
    x = k.layers.DepthwiseConv2D(3, strides=2, depth_multiplier=2, use_bias=False)(x)
    x = k.layers.BatchNormalization(epsilon=1e-2)(x)
    x = k.layers.DepthwiseConv2D((3, 3), padding="same", dilation_rate=2, activation="relu")(x)
    x = k.layers.SeparableConv2D(24, 3, dilation_rate=2, padding="same", activation="relu")(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _shapes(k):
    """Padding of every kind, groups, convolution the other way round, pooling that overlaps."""
    picture = k.layers.Input((45, 51, 3))
    x = k.layers.ZeroPadding2D(((0, 1), (2, 3)))(picture)
    x = k.layers.Conv2D(16, (5, 3), strides=(2, 3), padding="same", activation="relu")(x)
    x = k.layers.Conv2D(16, 3, groups=4, padding="same")(x)
    x = k.layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = k.layers.Conv2DTranspose(12, 3, strides=2, padding="same", activation="relu")(x)
    x = k.layers.AveragePooling2D(3, strides=1, padding="same")(x)
    x = k.layers.UpSampling2D((2, 1), interpolation="bilinear")(x)
    x = k.layers.Conv2D(16, 3, padding="valid", activation="relu")(x)
    x = k.layers.SpatialDropout2D(0.2)(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    x = k.layers.Reshape((4, 4))(x)
    x = k.layers.Permute((2, 1))(x)
    x = k.layers.Flatten()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _normalizations(k):
    picture = k.layers.Input((48, 48, 3))
    x = k.layers.Conv2D(16, 4, strides=4)(picture)
    x = k.layers.LayerNormalization(epsilon=1e-6)(x)
    x = k.layers.Conv2D(24, 3, padding="same", activation="relu")(x)
    x = k.layers.GroupNormalization(groups=4)(x)
    x = k.layers.GaussianDropout(0.1)(x)
    x = k.layers.ActivityRegularization(l2=1e-4)(x)
    x = k.layers.Conv2D(24, 3, padding="same", activation="relu")(x)
    x = k.layers.BatchNormalization(axis=-1, center=False, scale=False)(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    x = k.layers.LayerNormalization()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


# Activations


def _after(k, activations: list):
    """A layer for each activation, half of them in the convolution and half in a layer of their own."""
    picture = k.layers.Input((48, 48, 3))
    x = k.layers.Conv2D(16, 3, strides=2, padding="same")(picture)
    for index, activation in enumerate(activations):
        last = index == len(activations) - 1
        if index % 2:
            x = k.layers.Conv2D(16, 1)(x)
            x = k.layers.BatchNormalization()(x)
            x = k.layers.Activation(activation)(x)
        else:
            x = k.layers.BatchNormalization()(x)
            x = k.layers.Conv2D(16, 3 if last else 1, padding="same", activation=activation)(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _named_activations(k):
    names = (
        "silu swish gelu hard_silu hard_swish hard_sigmoid mish leaky_relu relu6 elu selu tanh softplus softsign "
        "sigmoid linear relu"
    )
    return _after(k, [name for name in names.split() if hasattr(k.activations, name)])


def _rare_activations(k):
    names = "celu hard_tanh log_sigmoid squareplus soft_shrink tanh_shrink sparse_plus exponential relu"
    return _after(k, [name for name in names.split() if hasattr(k.activations, name)])


def _object_activations(k):
    """Activations that are layers, functions of the API, and functions of TensorFlow."""
    slope = {"negative_slope": 0.15} if is_keras_3(k) else {"alpha": 0.15}
    return _after(
        k,
        [
            k.layers.ReLU(),
            tf.nn.relu,
            k.layers.LeakyReLU(**slope),
            k.activations.silu if is_keras_3(k) else k.activations.swish,
            k.activations.gelu,
            tf.nn.relu6,
            k.layers.ReLU(max_value=6, negative_slope=0.1, threshold=0.2),
            k.layers.ELU(alpha=0.7),
            k.activations.tanh,
            k.activations.relu,
        ],
    )


def _activation_layers(k):
    """Layers that are an activation, with options that are not the usual ones."""
    slope = {"negative_slope": 0.15} if is_keras_3(k) else {"alpha": 0.15}
    picture = k.layers.Input((48, 48, 3))
    x = k.layers.Conv2D(16, 3, strides=2, padding="same")(picture)
    for layer in (
        k.layers.LeakyReLU(),
        k.layers.LeakyReLU(**slope),
        k.layers.ReLU(negative_slope=0.1),
        k.layers.ReLU(max_value=2, threshold=0.1),
        k.layers.ELU(alpha=0.6),
        k.layers.PReLU(),
        k.layers.Softmax(),
        k.layers.PReLU(shared_axes=[1, 2]),
    ):
        x = layer(x)
        x = k.layers.Conv2D(16, 1)(x)
        x = k.layers.BatchNormalization()(x)
    x = k.layers.LeakyReLU(**slope)(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


# Graphs


def _operations(k):
    """Arithmetic and functions between the layers, a constant on either side."""
    ops = k.ops if is_keras_3(k) else tf
    nn = k.ops if is_keras_3(k) else tf.nn
    picture = k.layers.Input((48, 48, 3))
    x = (picture - 127.5) / 127.5
    x = nn.relu6(k.layers.Conv2D(12, 3, strides=2, padding="same")(x) * 2.0)
    gate = nn.sigmoid(k.layers.Conv2D(12, 1)(x))
    x = x * gate + (1.0 - gate) * k.layers.Conv2D(12, 3, padding="same")(x)
    y = ops.maximum(k.layers.Conv2D(12, 1)(x), 0.05)
    x = ops.concatenate([x, y], axis=-1) if is_keras_3(k) else tf.concat([x, y], axis=-1)
    x = nn.relu(k.layers.Conv2D(24, 3, padding="same")(x))
    x = ops.mean(x, axis=[1, 2]) if is_keras_3(k) else tf.reduce_mean(x, axis=[1, 2])
    return k.Model(picture, nn.softmax(k.layers.Dense(CLASSES)(x)))


def _shared(k):
    """A layer and a model that are each called twice."""
    inner_picture = k.layers.Input((24, 24, 8))
    inner_x = k.layers.Conv2D(8, 3, padding="same", activation="relu")(inner_picture)
    inner = k.Model(inner_picture, k.layers.BatchNormalization()(inner_x), name="inner")
    convolution = k.layers.Conv2D(8, 3, padding="same", activation="relu", name="shared")
    picture = k.layers.Input((48, 48, 3))
    x = k.layers.Conv2D(8, 3, strides=2, padding="same")(picture)
    once = convolution(x)
    twice = convolution(once)
    x = k.layers.Add()([inner(once), inner(twice)])
    x = k.layers.Conv2D(16, 3, activation="relu")(k.layers.Concatenate()([x, twice]))
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _nested_deep(k, again: bool):
    """Sequential in Sequential in Functional in Sequential, with layers of one name in several of them if `again`."""

    def block(filters: int, side: int, name: str):
        def named(own: str) -> str:
            return own if again else f"{name}_{own}"

        return k.Sequential(
            [
                k.layers.Input((side, side, filters)),
                k.layers.Conv2D(filters, 3, padding="same", use_bias=False, name=named("conv")),
                k.layers.BatchNormalization(name=named("norm")),
                k.layers.ReLU(name=named("relu")),
            ],
            name=name,
        )

    two = k.Sequential([k.layers.Input((24, 24, 8)), block(8, 24, "one"), block(8, 24, "two")], name="blocks")
    picture = k.layers.Input((48, 48, 3), name="picture")
    x = k.layers.Conv2D(8, 3, strides=2, padding="same", name="conv")(picture)
    x = k.layers.Add(name="add")([two(x), x])
    features = k.Model(picture, k.layers.MaxPooling2D(name="pool")(x), name="features")
    return k.Sequential(
        [
            k.layers.Input((48, 48, 3)),
            features,
            block(8, 12, "three"),
            k.layers.GlobalAveragePooling2D(),
            k.Sequential([k.layers.Input((8,)), k.layers.Dense(CLASSES, "softmax", name="dense")], name="head"),
        ],
        name="model",
    )


def _two_outputs(k, in_dictionary: bool):
    """A box around the thing, and what it is."""
    picture = k.layers.Input((48, 48, 3), name="picture")
    x = k.layers.Rescaling(1 / 255)(picture)
    x = k.layers.Conv2D(16, 3, strides=2, activation="relu")(x)
    x = k.layers.Conv2D(24, 3, padding="same", activation="relu", name="features")(x)
    pooled = k.layers.GlobalAveragePooling2D()(x)
    box = k.layers.Dense(4, activation="sigmoid" if in_dictionary else None, name="box")(pooled)
    label = k.layers.Dense(CLASSES, activation="softmax", name="label")(pooled)
    if in_dictionary:
        return k.Model({"picture": picture}, {"label": label, "box": box})
    return k.Model(inputs=picture, outputs=[box, label])


def _named(k):
    """Names that are not plain words, as far as the API lets layers have them."""
    first, second, third = (
        ("first conv", "block 1 (conv)", "klasifikasi é")
        if is_keras_3(k)
        else ("block1/conv", "block1/norm", "head/dense")
    )
    picture = k.layers.Input((48, 48, 3), name="picture of 48" if is_keras_3(k) else "picture/of_48")
    x = k.layers.Conv2D(16, 3, strides=2, activation="relu", name=first)(picture)
    x = k.layers.BatchNormalization(name=second)(x)
    x = k.layers.Conv2D(16, 3, activation="relu", name="conv.2-3")(x)
    x = k.layers.GlobalAveragePooling2D(name="avg:pool" if is_keras_3(k) else "avg/pool")(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax", name=third)(x), name="My-model.v2")


def _long_names(k, nested: bool, blocks: int):
    """More names than one attribute of an HDF5 file can hold, so that Keras splits them over several."""

    def body(x):
        for index in range(blocks):
            name = f"a_block_whose_name_is_as_long_as_those_that_generated_networks_have_{index:03}"
            if not nested:
                name = f"{name}_{'and_longer_' * 14}"
            y = k.layers.Conv2D(8, 1, use_bias=False, name=f"{name}_convolution")(x)
            y = k.layers.BatchNormalization(name=f"{name}_normalization")(y)
            x = k.layers.Add(name=f"{name}_sum")([x, y])
        return x

    picture = k.layers.Input((24, 24, 3))
    x = k.layers.Conv2D(8, 3, strides=2, activation="relu")(picture)
    if nested:
        inner = k.layers.Input((11, 11, 8))
        x = k.Model(inner, body(inner), name="inner")(x)
    else:
        x = body(x)
    x = k.layers.Conv2D(16, 3, activation="relu")(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(picture, k.layers.Dense(CLASSES, activation="softmax")(x))


def _half(k):
    """As the guide to mixed precision has it: the last activation in float32."""
    picture = k.layers.Input((48, 48, 3))
    x = k.layers.Rescaling(1 / 255)(picture)
    x = k.layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False)(x)
    x = k.layers.BatchNormalization()(x)
    x = k.layers.ReLU()(x)
    x = k.layers.SeparableConv2D(24, 3, padding="same", activation="relu")(x)
    x = k.layers.GlobalAveragePooling2D()(x)
    x = k.layers.Dense(CLASSES)(x)
    return k.Model(picture, k.layers.Activation("softmax", dtype="float32")(x))


def _regularized(k):
    """Regularizers, constraints and initializers, which are objects in the configuration, and frozen layers."""
    model = k.Sequential(
        [
            k.layers.Input((48, 48, 3)),
            k.layers.Rescaling(1 / 255),
            k.layers.Conv2D(
                16,
                3,
                strides=2,
                activation="relu",
                kernel_regularizer=k.regularizers.L2(1e-4),
                kernel_initializer="he_normal",
            ),
            k.layers.BatchNormalization(trainable=False),
            k.layers.Conv2D(24, 3, activation="relu", kernel_constraint=k.constraints.MaxNorm(3.0), trainable=False),
            k.layers.MaxPooling2D(),
            k.layers.Flatten(),
            k.layers.Dense(CLASSES, activation="softmax", kernel_initializer=k.initializers.RandomNormal(stddev=0.02)),
        ]
    )
    return model


ARCHITECTURES: dict[str, Architecture] = {
    # Small networks.
    "CNN with Flatten": Architecture(_flatten_cnn, scales=True, vars=True, graph=True),
    "CNN with input_shape": Architecture(_input_shape_cnn),
    "VGG-like CNN": Architecture(_vgg_like),
    "residual CNN, swish, gelu": Architecture(_residual, vars=True),
    "squeeze and excitation CNN": Architecture(_squeeze),
    "one sigmoid": Architecture(_one_sigmoid, scales=True),
    "one sigmoid after Flatten": Architecture(_one_sigmoid_flattened, scales=True),
    "one logit": Architecture(lambda k: _logits(k, 1), scales=True, graph=True),
    "logits": Architecture(lambda k: _logits(k, CLASSES), scales=True),
    "many labels, Normalization": Architecture(_many_labels, scales=True),
    "adapted Normalization": Architecture(lambda k: _adapted(k, False), scales=True, vars=True),
    "many labels, adapted Normalization nested": Architecture(lambda k: _adapted(k, True), scales=True, vars=True),
    "Rescaling by channel": Architecture(_scaled_by_channel, scales=True),
    "augmentation and head nested": Architecture(_augmented, scales=True, vars=True),
    "augmentation in a Sequential, logits": Architecture(_augmented_sequential, scales=True),
    "augmentation few use": Architecture(_augmented_rarely, scales=True),
    "CenterCrop and Resizing": Architecture(_resized, scales=True),
    "merging layers": Architecture(_merging),
    "separable and depthwise CNN": Architecture(_separable, graph=True),
    "padding, groups and transposed convolution": Architecture(_shapes),
    "normalizations": Architecture(_normalizations),
    "activations by name": Architecture(_named_activations),
    "activations few use": Architecture(_rare_activations, apis=("keras3",)),
    "activations as layers and functions": Architecture(_object_activations),
    "activation layers": Architecture(_activation_layers),
    "operations": Architecture(_operations, scales=True),
    "layers called twice": Architecture(_shared),
    "models nested thrice": Architecture(lambda k: _nested_deep(k, False), vars=True),
    "models nested thrice, a name used again": Architecture(lambda k: _nested_deep(k, True), vars=True),
    "box and label": Architecture(lambda k: _two_outputs(k, False), scales=True, output="label"),
    "box and label in a dictionary": Architecture(lambda k: _two_outputs(k, True), scales=True, output="label"),
    "odd names": Architecture(_named, vars=True),
    "weight names in chunks": Architecture(lambda k: _long_names(k, True, 190)),
    "layer names in chunks": Architecture(lambda k: _long_names(k, False, 100)),
    "mixed precision": Architecture(_half, scales=True, policy="mixed_float16", vars=True),
    "weights of 16 bits": Architecture(_half, scales=True, policy="float16", apis=("keras3",), vars=True),
    "weights of bfloat16": Architecture(_half, scales=True, policy="bfloat16", apis=("keras3",)),
    "compiled and fitted CNN": Architecture(_regularized, scales=True, fit=True, vars=True),
    # Transfer learning around networks of little weight.
    "Teachable Machine": Architecture(_teachable_machine, vars=True),
    "Teachable Machine, old configuration": Architecture(_teachable_machine, apis=("keras2",), old_config=True),
    "Functional around MobileNetV2": Architecture(
        lambda k: _transfer_functional(k, _backbone(k, "MobileNetV2")), scales=True, vars=True
    ),
    "Functional around MobileNetV2, fitted": Architecture(
        lambda k: _transfer_functional(k, _backbone(k, "MobileNetV2", alpha=0.35)), scales=True, fit=True
    ),
    "Functional around MobileNetV2, one logit": Architecture(_transfer_one_logit, scales=True),
    "Functional around MobileNetV2, mixed precision": Architecture(
        lambda k: _transfer_functional(k, _backbone(k, "MobileNetV2", alpha=0.35)), scales=True, policy="mixed_float16"
    ),
    "Sequential around MobileNetV2": Architecture(
        lambda k: _transfer_sequential(k, _backbone(k, "MobileNetV2", alpha=0.35), True)
    ),
    "Sequential filled around MobileNetV2": Architecture(_transfer_added, graph=True),
    "Sequential around MobileNetV2 of any size": Architecture(_transfer_any_size),
    "Sequential around MobileNet, Flatten": Architecture(
        lambda k: _transfer_sequential(k, _backbone(k, "MobileNet", alpha=0.25), False)
    ),
    "MobileNetV2 that pools, nested": Architecture(_transfer_pooled, scales=True),
    "head on MobileNet's output": Architecture(_transfer_of_output),
    "preprocess_input of MobileNetV2": Architecture(lambda k: _transfer_preprocessed(k, "mobilenet_v2"), scales=True),
    "preprocess_input of ResNet50": Architecture(lambda k: _transfer_preprocessed(k, "resnet50"), scales=True),
    "preprocess_input of DenseNet": Architecture(lambda k: _transfer_preprocessed(k, "densenet"), scales=True),
    # Networks of Keras' own, the small ones first.
    "MobileNet 0.25": Architecture(_application("MobileNet", alpha=0.25)),
    "MobileNetV2 0.35": Architecture(_application("MobileNetV2", alpha=0.35), graph=True),
    "MobileNetV2 0.5": Architecture(_application("MobileNetV2", alpha=0.5)),
    "MobileNetV2": Architecture(_application("MobileNetV2")),
    "MobileNetV2 1.4": Architecture(_application("MobileNetV2", alpha=1.4), large=True),
    "MobileNet": Architecture(_application("MobileNet")),
    "MobileNetV3Small": Architecture(_application("MobileNetV3Small"), scales=True),
    "MobileNetV3Small, minimalistic": Architecture(
        _application("MobileNetV3Small", minimalistic=True, include_preprocessing=False)
    ),
    "MobileNetV3Large": Architecture(_application("MobileNetV3Large"), scales=True),
    "EfficientNetB0": Architecture(_application("EfficientNetB0"), scales=True),
    "EfficientNetV2B0": Architecture(_application("EfficientNetV2B0"), scales=True),
    "DenseNet121": Architecture(_application("DenseNet121")),
    "NASNetMobile": Architecture(_application("NASNetMobile")),
    "ResNet50": Architecture(_application("ResNet50")),
    "Functional around EfficientNetB0": Architecture(_transfer_efficientnet, scales=True),
    "Sequential around NASNetMobile": Architecture(
        lambda k: _transfer_sequential(k, _backbone(k, "NASNetMobile"), True), large=True
    ),
    "Sequential around VGG16, Flatten": Architecture(
        lambda k: _transfer_sequential(k, _backbone(k, "VGG16"), False), large=True
    ),
    "Functional around ResNet50V2": Architecture(
        lambda k: _transfer_functional(k, _backbone(k, "ResNet50V2")), scales=True, large=True
    ),
    "Xception": Architecture(_application("Xception"), large=True),
    "InceptionV3": Architecture(_application("InceptionV3"), large=True),
    "ConvNeXtTiny": Architecture(_application("ConvNeXtTiny"), scales=True, large=True),
}
