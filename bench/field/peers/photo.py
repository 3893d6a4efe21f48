"""Photos, as the examples of all three libraries read them: with Pillow."""

import io

import numpy as np
from PIL import Image

SIDE = 224
# The longer side of the picture, and its JPEG quality.
PICTURE = 800
QUALITY = 85


def read(path: str) -> Image.Image:
    return Image.open(path).convert("RGB")


def pixels(photo: Image.Image) -> np.ndarray:
    """[224, 224, 3] from -1 to 1."""
    small = photo if photo.size == (SIDE, SIDE) else photo.resize((SIDE, SIDE), Image.BILINEAR)
    return np.asarray(small, dtype=np.float32) / 127.5 - 1


def reduced(photo: Image.Image) -> Image.Image:
    photo.thumbnail((PICTURE, PICTURE))
    return photo


def encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
