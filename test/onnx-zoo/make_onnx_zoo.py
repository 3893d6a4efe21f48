"""Makes classifiers of torchvision, timm and Ultralytics with random weights as ONNX files, and what PyTorch says of each.

    python make_onnx_zoo.py FOLDER [PART OF A NAME]...

Each gets a folder with model.onnx and expected.json: the probabilities that onnxruntime computes of a picture, and the
Grad-CAM that pytorch-grad-cam computes with the same weights.
"""

import contextlib
import io
import json
import os
import shutil
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import onnx
import onnxruntime
import timm
import torch
import torchvision.models as tv
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import nn

os.environ.update(YOLO_AUTOINSTALL="false", YOLO_OFFLINE="true")
warnings.filterwarnings("ignore")
onnxruntime.set_default_logger_severity(3)


@dataclass
class Entry:
    name: str
    build: Callable[[], nn.Module]
    # The module whose output is explained; None where there is none, or the file is refused.
    target: Callable[[nn.Module], nn.Module] | None
    opset: int = 17
    exporter: str = "torchscript"
    side: int = 224
    # What is made of the file after its export.
    after: Callable[[Path], None] | None = None
    # Behind the network, as people add it.
    closing: nn.Module | None = None
    dynamic: bool = False
    # From the target's output to [batch, channels, height, width], as pytorch-grad-cam wants it.
    places: Callable[[torch.Tensor], torch.Tensor] | None = None
    refused: bool = False
    # Weights are rounded to 16 bits before anything is computed.
    rounded: bool = False


def last(module):
    return list(module.children())[-1]


def half(path: Path) -> None:
    """Weights of 16 bits, which are made 32 before they are used."""
    model = onnx.load(path)
    nodes = []
    for tensor in model.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        values = onnx.numpy_helper.to_array(tensor).astype(np.float16)
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(values, f"{name}/half"))
        nodes.append(onnx.helper.make_node("Cast", [f"{name}/half"], [name], to=onnx.TensorProto.FLOAT))
    for node in reversed(nodes):
        model.graph.node.insert(0, node)
    onnx.save(model, path)


def throughout(path: Path) -> None:
    """Everything in 16 bits: weights, the picture and the scores."""
    from onnxruntime.transformers.float16 import convert_float_to_float16

    onnx.save(convert_float_to_float16(onnx.load(path)), path)


def quantised(path: Path) -> None:
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_static

    class Pictures(CalibrationDataReader):
        def __init__(self):
            self.left = [picture(224) for _ in range(2)]

        def get_next(self):
            return {"picture": self.left.pop()} if self.left else None

    quantize_static(str(path), str(path), Pictures(), quant_format=QuantFormat.QDQ)


def inputs_of_initializers(path: Path) -> None:
    """As older exporters did: every constant is an input as well."""
    model = onnx.load(path)
    model.graph.input.extend(
        onnx.helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in model.graph.initializer
    )
    onnx.save(model, path)


def t(name, **options):
    return lambda: timm.create_model(name, pretrained=False, num_classes=10, **options)


def v(name, **options):
    return lambda: getattr(tv, name)(weights=None, num_classes=10, **options)


def siglip():
    """Patches that attention pools, asked by a vector of its own."""
    return lambda: timm.models.VisionTransformer(
        img_size=224, patch_size=16, embed_dim=96, depth=2, num_heads=3, class_token=False, global_pool="map", num_classes=10
    )


class Tutorial(nn.Module):
    """The network of PyTorch's first tutorial, with the convolutions' maps flattened."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.head = nn.Sequential(nn.Linear(16 * 5 * 5, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))

    def forward(self, x):
        return self.head(torch.flatten(self.body(x), 1))


class Yolo(nn.Module):
    """A classifier of Ultralytics up to its scores; what is exported has its softmax."""

    def __init__(self, name: str):
        super().__init__()
        from ultralytics import YOLO
        from ultralytics.nn.tasks import ClassificationModel

        whole = YOLO(f"{name}.yaml", task="classify")
        small = ClassificationModel(f"{name}.yaml", nc=10, verbose=False)
        small.args, small.task = whole.model.args, whole.task
        small.names = {index: f"bird's nest {index}" for index in range(10)}
        whole.model = small
        # In a list, so that its modules are not here twice.
        self.whole = [whole]
        self.body, self.classify = small.model[:-1], small.model[-1]

    def forward(self, x):
        return self.classify.linear(self.classify.pool(self.classify.conv(self.body(x))).flatten(1))


class DenseNet(nn.Module):
    """As torchvision has it, with the last ReLU a module: in place, it would change the map before it."""

    def __init__(self):
        super().__init__()
        net = tv.densenet121(weights=None, num_classes=10)
        self.features, self.classifier, self.relu = net.features, net.classifier, nn.ReLU()

    def forward(self, x):
        return self.classifier(self.relu(self.features(x)).mean((2, 3)))


features = lambda m: last(m.features)
channels_last = lambda x: x.permute(0, 3, 1, 2)


def with_head(build):
    """Draws the head's weights, which timm has as zeros where it is to be trained."""

    def made():
        model = build()
        nn.init.normal_(model.head.weight, std=0.1)
        return model

    return made


def rows_of_places(values):
    """Of patches in rows, without those before them that are none."""
    side = int(values.shape[1] ** 0.5)
    return channels_last(values[:, -side * side :].reshape(len(values), side, side, -1))



ENTRIES = [
    Entry("tutorial", Tutorial, lambda m: last(m.body), opset=11, side=32, dynamic=True),
    Entry("alexnet", v("alexnet"), features, opset=11),
    Entry("vgg11_bn", v("vgg11_bn"), features, opset=12),
    Entry("squeezenet1_1", v("squeezenet1_1"), lambda m: m.classifier[2], opset=13),
    Entry("resnet18", v("resnet18"), lambda m: m.layer4, opset=11, dynamic=True),
    Entry("alexnet in 16 bits", v("alexnet"), features, rounded=True, after=half),
    Entry("alexnet in 16 bits throughout", v("alexnet"), features, rounded=True, after=throughout),
    Entry("resnet18 with logarithms", v("resnet18"), lambda m: m.layer4, closing=nn.LogSoftmax(1)),
    Entry("resnet18 at operator set 22", v("resnet18"), lambda m: m.layer4, opset=22, exporter="dynamo"),
    Entry("mobilenet_v2 at operator set 21", v("mobilenet_v2"), features, opset=21, exporter="dynamo"),
    Entry("yolov8n-cls", lambda: Yolo("yolov8n-cls"), lambda m: m.classify.conv, exporter="ultralytics"),
    Entry("yolo11n-cls", lambda: Yolo("yolo11n-cls"), lambda m: m.classify.conv, exporter="ultralytics", opset=20, dynamic=True),
    Entry("resnet18 with constants as inputs", v("resnet18"), lambda m: m.layer4, after=inputs_of_initializers),
    Entry("resnext50_32x4d", v("resnext50_32x4d"), lambda m: m.layer4, opset=14),
    Entry("densenet121", DenseNet, lambda m: m.relu, opset=13),
    Entry("mobilenet_v2", v("mobilenet_v2"), features, opset=11, closing=nn.Softmax(1)),
    Entry("mobilenet_v3_small", v("mobilenet_v3_small"), features, opset=13, dynamic=True),
    Entry("mobilenet_v3_large at operator set 14", v("mobilenet_v3_large"), features, opset=14),
    Entry("efficientnet_b0", v("efficientnet_b0"), features, opset=15),
    Entry("efficientnet_v2_s", v("efficientnet_v2_s"), features, opset=18, exporter="dynamo", side=128),
    Entry("regnet_y_400mf", v("regnet_y_400mf"), lambda m: m.trunk_output, opset=16),
    Entry("shufflenet_v2_x1_0", v("shufflenet_v2_x1_0"), lambda m: m.conv5, opset=13, dynamic=True),
    Entry("mnasnet1_0", v("mnasnet1_0"), lambda m: last(m.layers), opset=17),
    Entry("googlenet", v("googlenet", aux_logits=False, init_weights=False), lambda m: m.inception5b, opset=17),
    Entry("inception_v3", v("inception_v3", aux_logits=False, init_weights=False), lambda m: m.Mixed_7c, opset=17, side=299),
    Entry("convnext_tiny", v("convnext_tiny"), features, opset=16, side=128),
    Entry("convnext_tiny at operator set 18", v("convnext_tiny"), features, opset=18, exporter="dynamo", side=128),
    Entry("swin_t", v("swin_t"), lambda m: m.norm, opset=17, places=channels_last),
    Entry("maxvit_t", v("maxvit_t"), lambda m: last(m.blocks), opset=17),
    Entry("timm resnet50d", t("resnet50d"), lambda m: m.layer4, opset=17, side=160),
    Entry("timm efficientnet_lite0", t("efficientnet_lite0"), lambda m: m.bn2, opset=20, exporter="dynamo"),
    Entry("timm mobilenetv4_conv_small", t("mobilenetv4_conv_small"), lambda m: last(m.blocks), opset=18, exporter="dynamo"),
    Entry("timm repvgg_a0", t("repvgg_a0"), lambda m: last(m.stages), opset=17, side=160),
    Entry("timm ghostnet_100", t("ghostnet_100"), lambda m: last(m.blocks), opset=17),
    Entry("timm convnext_atto", t("convnext_atto"), lambda m: last(m.stages), opset=17, side=128),
    Entry("timm convnextv2_atto", t("convnextv2_atto"), lambda m: last(m.stages), opset=17, side=128),
    Entry("timm regnetz_b16", t("regnetz_b16"), lambda m: m.final_conv, opset=17, side=160),
    Entry("timm eca_resnet33ts", t("eca_resnet33ts"), lambda m: m.final_conv, opset=17, side=160),
    Entry("timm dla34", t("dla34"), lambda m: m.level5, opset=22, exporter="dynamo", side=160),
    Entry("timm hardcorenas_a", t("hardcorenas_a"), lambda m: last(m.blocks), opset=17),
    Entry("timm vovnet39a", t("vovnet39a"), lambda m: last(m.stages), opset=21, exporter="dynamo", side=128),
    Entry("timm poolformer_s12", t("poolformer_s12"), lambda m: last(m.stages), opset=17, side=160),
    Entry("timm mobileone_s0", t("mobileone_s0"), lambda m: m.final_conv, opset=17, side=160),
    Entry("timm coatnet_0_rw_224", t("coatnet_0_rw_224"), lambda m: m.norm, opset=17),
    Entry("vit_b_16", v("vit_b_16"), lambda m: last(m.encoder.layers).ln_1, opset=17, places=rows_of_places),
    Entry(
        "timm vit_tiny_patch16_224",
        t("vit_tiny_patch16_224"),
        lambda m: m.blocks[-1].norm1,
        opset=14,
        places=rows_of_places,
    ),
    Entry(
        "timm deit_tiny_distilled_patch16_224",
        t("deit_tiny_distilled_patch16_224"),
        lambda m: m.blocks[-1].norm1,
        opset=17,
        places=rows_of_places,
    ),
    Entry(
        "timm vit_small_patch14_reg4_dinov2",
        t("vit_small_patch14_reg4_dinov2", img_size=224, depth=2),
        lambda m: m.blocks[-1].norm1,
        opset=20,
        exporter="dynamo",
        places=rows_of_places,
    ),
    Entry("timm cait_xxs24_224", t("cait_xxs24_224"), lambda m: m.blocks_token_only[-1].norm1, opset=17, places=rows_of_places),
    Entry(
        "timm eva02_tiny_patch14_224",
        t("eva02_tiny_patch14_224", global_pool="token"),
        lambda m: m.blocks[-1].norm1,
        opset=18,
        exporter="dynamo",
        places=rows_of_places,
    ),
    Entry("timm vit_siglip", siglip(), lambda m: m.norm, opset=17, places=rows_of_places),
    Entry("timm mixer_s32_224", with_head(t("mixer_s32_224")), lambda m: m.norm, opset=17, places=rows_of_places),
    Entry(
        "timm vit_tiny_patch16_224, pooled",
        t("vit_tiny_patch16_224", global_pool="avg"),
        lambda m: m.blocks[-1],
        opset=17,
        places=rows_of_places,
    ),
    Entry("resnet18, quantised", v("resnet18"), None, opset=17, after=quantised, refused=True),
    Entry("fcn_resnet50, a segmentation", lambda: Segmentation(), None, opset=17, side=64, refused=True),
    Entry("two pictures", lambda: Siamese(), None, opset=17, side=64, refused=True),
]


class Segmentation(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = tv.segmentation.fcn_resnet50(weights=None, weights_backbone=None, num_classes=5)

    def forward(self, x):
        return self.net(x)["out"]


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(6, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2))

    def forward(self, a, b):
        return self.net(torch.cat([a, b], 1))


def picture(side: int) -> np.ndarray:
    """Waves, row by row with the channels together, as the other zoo has them; channels first."""
    waves = np.sin(np.arange(side * side * 3, dtype=np.float64) * 0.37).astype(np.float32)
    return waves.reshape(1, side, side, 3).transpose(0, 3, 1, 2).copy()


def awaken(model: nn.Module, waves: torch.Tensor) -> None:
    """Makes mistakes visible: fresh networks have biases of 0, scales of 1, statistics of nothing, and equal scores."""
    generator = torch.Generator().manual_seed(1)
    norms = (nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm)
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            noise = torch.empty_like(parameter).uniform_(-1, 1, generator=generator)
            with torch.no_grad():
                if name == "bias":
                    parameter.add_(noise * 0.1)
                elif isinstance(module, norms) and name == "weight":
                    parameter.copy_(1 + 0.2 * noise)
                elif "gamma" in name or "layer_scale" in name:
                    parameter.copy_(0.3 + 0.1 * noise)
    statistics = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for module in statistics:
        module.momentum = None
        module.reset_running_stats()
    model.train()
    for module in model.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout2d)) or "Drop" in type(module).__name__ or "StochasticDepth" in type(module).__name__:
            module.eval()
    with torch.no_grad():
        noise = torch.empty(3, *waves.shape[1:]).uniform_(-1, 1, generator=generator)
        model(torch.cat([waves, noise]))
    model.eval()
    final = [m for m in model.modules() if isinstance(m, nn.Linear)]
    with torch.no_grad():
        if final and not final[-1].weight.any():
            final[-1].weight.uniform_(-0.1, 0.1, generator=generator)
        scores = model(waves)
        if final and scores.ndim == 2:
            final[-1].weight.mul_(1 / max(float(scores.std()), 1e-3))
            if final[-1].bias is not None:
                final[-1].bias.mul_(0.1)


def export_yolo(entry: Entry, model: Yolo, path: Path) -> None:
    (whole,) = model.whole
    before = Path.cwd()
    # It writes into the folder it is called in.
    os.chdir(path.parent)
    try:
        options = {"opset": entry.opset, "dynamic": entry.dynamic, "imgsz": entry.side, "simplify": False}
        made = Path(whole.export(format="onnx", device="cpu", **options)).resolve()
    finally:
        os.chdir(before)
    shutil.move(made, path)


def export(entry: Entry, model: nn.Module, waves: torch.Tensor, path: Path) -> None:
    given = (waves, waves) if entry.name == "two pictures" else (waves,)
    names = ["picture", "other"][: len(given)]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if entry.exporter == "dynamo":
            torch.onnx.export(model, given, path, dynamo=True, opset_version=entry.opset, input_names=names)
        else:
            axes = {"picture": {0: "batch", 2: "height", 3: "width"} if entry.side == 224 else {0: "batch"}}
            torch.onnx.export(
                model,
                given,
                path,
                dynamo=False,
                opset_version=entry.opset,
                input_names=names,
                dynamic_axes=axes if entry.dynamic else None,
            )


def cam_of(entry: Entry, model: nn.Module, waves: torch.Tensor) -> dict | None:
    """Of the likeliest class that has evidence, before what pytorch-grad-cam makes of sizes."""
    order = model(waves)[0].argsort(descending=True).tolist()
    for index in order:
        with GradCAM(model, [entry.target(model)], reshape_transform=entry.places) as cam:
            cam(waves, [ClassifierOutputTarget(index)])
            activations = cam.activations_and_grads.activations[0].detach().numpy()
            gradients = cam.activations_and_grads.gradients[0].numpy()
            raw = cam.get_cam_image(waves, cam.target_layers[0], None, activations, gradients, False)[0]
        raw = np.maximum(raw, 0)
        if raw.max() > 1e-7:
            return {"class": index, "cam": (raw / raw.max()).tolist()}
    return None


def probabilities(entry: Entry, model: nn.Module, numbers: np.ndarray, path: Path) -> np.ndarray:
    """By onnxruntime; of what computes in 16 bits throughout by PyTorch, in 32, with the same weights."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    if given.type == "tensor(float16)":
        raw = model(torch.from_numpy(numbers)).detach().numpy()[0].astype(np.float64)
    else:
        raw = session.run(None, {given.name: numbers})[0][0].astype(np.float64)
    if isinstance(entry.closing, nn.Softmax) or isinstance(model, Yolo):
        return raw
    shifted = np.exp(raw - raw.max())
    return shifted / shifted.sum()


def make(entry: Entry, folder: Path) -> None:
    torch.manual_seed(7)
    model = entry.build().eval()
    numbers = picture(entry.side)
    waves = torch.from_numpy(numbers)
    if not entry.refused:
        awaken(model, waves)
    if entry.rounded:
        model.half().float()
    path = folder.resolve() / "model.onnx"
    if isinstance(model, Yolo):
        export_yolo(entry, model, path)
    else:
        export(entry, nn.Sequential(model, entry.closing).eval() if entry.closing else model, waves, path)
    if entry.after:
        entry.after(path)
    expected = {"name": entry.name, "opset": entry.opset, "exporter": entry.exporter, "refused": entry.refused}
    if not entry.refused:
        expected["outputs"] = probabilities(entry, model, numbers, path).tolist()
        expected["map"] = cam_of(entry, model, waves) if entry.target else None
    (folder / "expected.json").write_text(json.dumps(expected))


def main() -> None:
    folder, *parts = sys.argv[1:]
    for entry in ENTRIES:
        place = Path(folder) / entry.name.replace(" ", "-").replace(",", "")
        if (place / "expected.json").exists() or (parts and not any(part in entry.name for part in parts)):
            continue
        place.mkdir(parents=True, exist_ok=True)
        try:
            make(entry, place)
            print(entry.name, flush=True)
        except Exception as error:  # One that cannot be made is said, and the others are.
            print(f"{entry.name}: {type(error).__name__}: {str(error).splitlines()[0][:300]}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
