"""Makes classifiers of transformers with random weights as Optimum exports them, and what transformers says of each.

    python make_hugging_face_zoo.py FOLDER [PART OF A NAME]...

Each gets a folder with model.onnx, which takes any size, with config.json and preprocessor_config.json as transformers
writes them, with picture.png, which is as large as the network wants it, and with pictured.json: its probabilities, and
of networks that pool patches the Grad-CAM of the likeliest class that has evidence (Selvaraju et al. 2017).
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers as hf
from PIL import Image
from torch import nn

LABELS = ["wren", "robin", "finch, small", "swift", "owl"]

NETWORKS = {
    "ResNet": (
        hf.ResNetForImageClassification,
        hf.ResNetConfig(embedding_size=16, hidden_sizes=[16, 32], depths=[1, 1]),
        hf.ConvNextImageProcessor(size={"shortest_edge": 224}, crop_pct=0.875),
    ),
    "ConvNext": (
        hf.ConvNextForImageClassification,
        hf.ConvNextConfig(hidden_sizes=[16, 32, 48, 64], depths=[1, 1, 1, 1]),
        hf.ConvNextImageProcessor(size={"shortest_edge": 384}),
    ),
    "MobileNetV2": (
        hf.MobileNetV2ForImageClassification,
        hf.MobileNetV2Config(depth_multiplier=0.35),
        hf.MobileNetV2ImageProcessor(),
    ),
    "EfficientNet": (
        hf.EfficientNetForImageClassification,
        hf.EfficientNetConfig(width_coefficient=0.3, depth_coefficient=0.2, hidden_dim=384),
        hf.EfficientNetImageProcessor(size={"height": 224, "width": 224}, rescale_factor=1 / 127.5, rescale_offset=True),
    ),
    "Swin": (
        hf.SwinForImageClassification,
        hf.SwinConfig(embed_dim=24, depths=[1, 1, 1, 1], num_heads=[1, 2, 3, 4]),
        hf.ViTImageProcessor(),
    ),
    "FocalNet": (
        hf.FocalNetForImageClassification,
        hf.FocalNetConfig(embed_dim=24, depths=[1, 1, 1, 1]),
        hf.ViTImageProcessor(),
    ),
    "BEiT": (
        hf.BeitForImageClassification,
        hf.BeitConfig(hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96),
        hf.ViTImageProcessor(),
    ),
    "ViT": (
        hf.ViTForImageClassification,
        hf.ViTConfig(hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96),
        hf.ViTImageProcessor(),
    ),
    "DeiT-distilled": (
        hf.DeiTForImageClassificationWithTeacher,
        hf.DeiTConfig(hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96),
        hf.DeiTImageProcessor(),
    ),
    "DINOv2": (
        hf.Dinov2ForImageClassification,
        hf.Dinov2Config(
            hidden_size=48, num_hidden_layers=2, num_attention_heads=4, mlp_ratio=2, image_size=224, layerscale_value=0.7
        ),
        hf.ViTImageProcessor(),
    ),
}


def awaken(model: nn.Module) -> None:
    """Draws what a fresh network has as zeros and ones, which would hide mistakes."""
    for part in model.modules():
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(part.weight)
            if part.bias is not None:
                nn.init.normal_(part.bias, std=0.3)
        if isinstance(part, nn.BatchNorm2d):
            nn.init.uniform_(part.weight, 0.7, 1.3)
            nn.init.normal_(part.bias, std=0.2)
            part.running_mean.normal_(std=0.2)
            part.running_var.uniform_(0.5, 1.5)


class Answer(nn.Module):
    """A network without what it gives beside its answer, which Optimum leaves out."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return self.model(pixel_values=pixel_values).logits


def picture(side: int) -> Image.Image:
    across, down = np.meshgrid(np.arange(side), np.arange(side))
    waves = [np.sin(across / 9 + shift) * np.cos(down / 13 - shift) for shift in (0, 1, 2)]
    return Image.fromarray(np.uint8(np.stack(waves, -1) * 110 + 128))


def last_norm(model: nn.Module, name: str) -> nn.Module:
    return [part for path, part in model.named_modules() if path.endswith(f".{name}")][-1]


def size_of(processor) -> int:
    """What it resizes to, so that resizing changes nothing, before it cuts the middle out."""
    size = processor.size.get("shortest_edge") or processor.size["height"]
    share = getattr(processor, "crop_pct", None)
    return int(size / share) if share and size < 384 else size


# What is explained: patches in rows, with what is none before them, pooled or read by the last attention.
PATCHES = {
    "Swin": lambda model: model.swin.layernorm,
    "FocalNet": lambda model: model.focalnet.layernorm,
    "BEiT": lambda model: model.beit.layers[-1],
    "ViT": lambda model: last_norm(model, "layernorm_before"),
    "DeiT-distilled": lambda model: last_norm(model, "layernorm_before"),
    "DINOv2": lambda model: model.dinov2.layernorm,
}


def grad_cam(model: nn.Module, layer: nn.Module, given: torch.Tensor) -> dict | None:
    kept = []
    hook = layer.register_forward_hook(lambda _layer, _given, made: kept.append(made[0] if isinstance(made, tuple) else made))
    logits = model(pixel_values=given).logits[0]
    hook.remove()
    (patches,) = kept
    side = int(patches.shape[1] ** 0.5)
    for index in logits.argsort(descending=True).tolist():
        (gradient,) = torch.autograd.grad(logits[index], patches, retain_graph=True)
        own, slope = patches[0, -side * side :].detach(), gradient[0, -side * side :]
        raw = (own @ slope.mean(0)).clamp(min=0).reshape(side, side)
        if raw.max() > 1e-7:
            return {"class": index, "cam": (raw / raw.max()).tolist()}
    return None


def make(kind, config, processor, folder: Path) -> None:
    torch.manual_seed(7)
    config.id2label = dict(enumerate(LABELS))
    config.label2id = {name: index for index, name in enumerate(LABELS)}
    model = kind(config).eval()
    awaken(model)
    model.config.save_pretrained(folder)
    processor.save_pretrained(folder)
    image = picture(size_of(processor))
    image.save(folder / "picture.png")
    given = processor(image, return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        outputs = model(pixel_values=given).logits.softmax(-1)[0].tolist()
    sides = {0: "batch_size", 1: "num_channels", 2: "height", 3: "width"}
    torch.onnx.export(
        Answer(model),
        (given,),
        str(folder / "model.onnx"),
        input_names=["pixel_values"],
        output_names=["logits"],
        dynamic_axes={"pixel_values": sides, "logits": {0: "batch_size"}},
        opset_version=17,
        dynamo=False,
    )
    name = folder.name.removeprefix("hugging-face-")
    found = grad_cam(model, PATCHES[name](model), given) if name in PATCHES else None
    (folder / "pictured.json").write_text(json.dumps({"labels": LABELS, "outputs": outputs, "map": found}))


def main() -> None:
    folder, *parts = sys.argv[1:]
    for name, network in NETWORKS.items():
        place = Path(folder) / f"hugging-face-{name}"
        if (place / "pictured.json").exists() or (parts and not any(part in place.name for part in parts)):
            continue
        place.mkdir(parents=True, exist_ok=True)
        make(*network, place)
        print(place.name, flush=True)


if __name__ == "__main__":
    main()
