"""torch-cam, as its README uses it."""

import sys

import torch
from torchcam.methods import GradCAM
from torchcam.utils import overlay_mask
from torchvision.transforms.functional import to_pil_image

import asked
import photo as photos
import torch_network

torch.set_num_threads(1)
model = torch_network.build(sys.argv[1])
extractor = GradCAM(model, target_layer=model.features)


class TorchCam:
    x = torch.zeros(1, 3, photos.SIDE, photos.SIDE)

    def input(self, path):
        self.x = torch_network.tensor(photos.pixels(photos.read(path)))

    def forward(self):
        with torch.inference_mode():
            return model(self.x)

    def heatmap(self, index):
        return extractor(index, model(self.x))[0]

    def values(self, index):
        out = model(self.x)
        chosen = out[0].argmax().item() if index is None else index
        raw = extractor(chosen, out, normalized=False)[0]
        return torch.softmax(out[0], 0).detach().numpy(), raw[0].detach().numpy()

    def picture(self, path):
        photo = photos.read(path)
        out = model(torch_network.tensor(photos.pixels(photo)))
        cam = extractor(out[0].argmax().item(), out)[0]
        mask = to_pil_image(cam[0].detach(), mode="F")
        return photos.encoded(overlay_mask(photos.reduced(photo), mask, alpha=0.5))


peer = TorchCam()
extractor.disable_hooks()
peer.forward()
extractor.enable_hooks()
asked.answer(peer)
