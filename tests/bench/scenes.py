"""Pictures of digits as people scan, draw and photograph them, made from strokes: paper, light, pen, grain, frame."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from nets.ink import box_of, draw_in

Colour = tuple[float, float, float]
Field = tuple[np.ndarray, np.ndarray]  # how far down and to the right of a picture each pixel lies, in [0, 1]

BALLPOINT, PENCIL, MARKER = (38, 36, 72), (104, 104, 108), (28, 62, 160)
WHITE, CREAM, OFFICE, BOARD = (255, 255, 255), (238, 228, 200), (230, 227, 218), (38, 52, 46)


@dataclass(frozen=True)
class Scene:
    """How a picture of one digit is made. Lengths are shares of the smaller side, unless they say pixels."""

    height: int = 420  # pixels
    width: int = 420
    size: float = 0.45  # of the larger side of the digit's path
    place: tuple[float, float] = (0.5, 0.5)  # of its middle, down and to the right
    jitter: float = 0.04  # of the place, by chance
    pen: float = 0.075  # its width, as a share of the digit's size
    ink: Colour = BALLPOINT
    paper: Colour = OFFICE
    rough: float = 0  # how much of a pencil's or a chalk's line is missing, in grains
    things: tuple[Callable[[ImageDraw.ImageDraw, int, int], None], ...] = ()  # printed on the paper
    light: Callable[[Field], np.ndarray] | None = None  # by what each pixel is multiplied
    glare: tuple[float, float, float, float] | None = None  # down, right, radius, strength added to white
    blur: float = 0.7  # pixels
    grain: float = 0  # standard deviation, of 255
    colour_grain: float = 0.3  # how much of it differs between red, green and blue
    frame: int = 0  # pixels of black around everything
    large: int = 1  # how many times larger the file is than it was drawn
    quality: int | None = None  # of a JPEG; without it a PNG
    transparent: bool = False


def take(strokes: list[np.ndarray], scene: Scene, rng: np.random.Generator) -> bytes:
    """The file of a picture of these strokes."""
    cover = _cover(strokes, scene, rng)
    if scene.transparent:
        pixels = np.dstack([np.broadcast_to(np.array(scene.ink), (*cover.shape, 3)), 255 * cover])
        return _file(Image.fromarray(pixels.round().astype(np.uint8), "RGBA"), None)
    page = Image.new("RGB", (scene.width * 2, scene.height * 2), tuple(int(value) for value in scene.paper))
    for thing in scene.things:
        thing(ImageDraw.Draw(page), page.width, page.height)
    colours = np.asarray(page.resize((scene.width, scene.height), Image.Resampling.BOX), np.float32)
    colours = colours + cover[..., None] * (np.array(scene.ink, np.float32) - colours)
    field = np.mgrid[: scene.height, : scene.width] / np.array([scene.height, scene.width])[:, None, None]
    if scene.light:
        colours = colours * scene.light((field[0], field[1]))[..., None]
    if scene.glare:
        down, right, radius, strength = scene.glare
        far = (field[0] - down) ** 2 + (field[1] - right) ** 2
        colours = colours + (255 - colours) * strength * np.exp(-far / radius**2)[..., None]
    if scene.blur:
        colours = ndimage.gaussian_filter(colours, (scene.blur, scene.blur, 0))
    if scene.grain:
        grey = rng.normal(0, scene.grain, cover.shape)[..., None]
        colours = (
            colours + grey * (1 - scene.colour_grain) + scene.colour_grain * rng.normal(0, scene.grain, colours.shape)
        )
    picture = Image.fromarray(colours.clip(0, 255).round().astype(np.uint8))
    if scene.large > 1:
        picture = picture.resize((scene.width * scene.large, scene.height * scene.large), Image.Resampling.BICUBIC)
    if scene.frame:
        framed = Image.new("RGB", (picture.width + 2 * scene.frame, picture.height + 2 * scene.frame))
        framed.paste(picture, (scene.frame, scene.frame))
        picture = framed
    return _file(picture, scene.quality)


def _file(picture: Image.Image, quality: int | None) -> bytes:
    file = io.BytesIO()
    if quality is None:
        picture.save(file, "PNG", compress_level=1)
    else:
        picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _cover(strokes: list[np.ndarray], scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """How much of each pixel is covered by ink."""
    side = min(scene.height, scene.width)
    size = scene.size * side
    path = box_of(strokes)
    scale = size / max(path.side, 1e-9)
    pen = scene.pen * size
    shape = scene.height, scene.width
    cover = np.zeros(shape, np.float32)
    ink = draw_in(path.wider(pen / 2 / scale), strokes, pen / scale, scale)
    middle = np.array(scene.place) * shape + rng.uniform(-scene.jitter, scene.jitter, 2) * side
    # Within the picture as far as it has the room.
    corner = [
        int(min(max(round(at - length / 2), min(1, room - length)), max(0, room - length - 1)))
        for at, length, room in zip(middle, ink.shape, shape, strict=True)
    ]
    part = cover[max(corner[0], 0) : corner[0] + ink.shape[0], max(corner[1], 0) : corner[1] + ink.shape[1]]
    part[:] = ink[max(-corner[0], 0) :, max(-corner[1], 0) :][: part.shape[0], : part.shape[1]]
    if scene.rough:
        grains = ndimage.gaussian_filter(rng.normal(0, 1, shape), 0.8)
        cover *= 1 - scene.rough * (grains / grains.std() > 0.6)
    return cover


# ---- light


def slope(by: float, turned: float = 0.6) -> Callable[[Field], np.ndarray]:
    """Less light by this share from one side to the other."""
    return lambda field: (
        1 - by * (np.cos(turned) * field[1] + np.sin(turned) * field[0]) / (np.cos(turned) + np.sin(turned))
    )


def vignette(by: float) -> Callable[[Field], np.ndarray]:
    """Less light by this share in the corners."""
    return lambda field: 1 - by * ((field[0] - 0.5) ** 2 + (field[1] - 0.5) ** 2) * 2


def shadow(by: float, edge: float = 0.45, soft: float = 0.01, turned: float = 0.0) -> Callable[[Field], np.ndarray]:
    """A straight shadow over what lies left of an edge."""

    def light(field: Field) -> np.ndarray:
        across = np.cos(turned) * (field[1] - edge) + np.sin(turned) * (field[0] - 0.5)
        return 1 - by / (1 + np.exp((across / soft).clip(-50, 50)))

    return light


def both(*lights: Callable[[Field], np.ndarray]) -> Callable[[Field], np.ndarray]:
    return lambda field: np.prod([light(field) for light in lights], 0)


# ---- what is printed on paper; the drawing is twice as large as the picture


def lined(
    apart: float = 0.11, colour: Colour = (150, 180, 222), width: int = 3, slant: float = 0.0, margin: bool = True
):
    def draw(page: ImageDraw.ImageDraw, right: int, bottom: int) -> None:
        y = 0.05 * bottom - abs(slant) * right
        while y < bottom * (1 + abs(slant)):
            page.line([(0, y), (right, y + slant * right)], fill=_whole(colour), width=width)
            y += apart * bottom
        if margin:
            x = 0.13 * right
            page.line([(x, 0), (x - slant * bottom, bottom)], fill=(222, 120, 120), width=width)

    return draw


def squared(apart: float = 0.08, colour: Colour = (170, 190, 215), width: int = 2):
    def draw(page: ImageDraw.ImageDraw, right: int, bottom: int) -> None:
        for i in range(1, int(1 / apart) + 1):
            at = i * apart * bottom
            page.line([(0, at), (right, at)], fill=_whole(colour), width=width)
            page.line([(at, 0), (at, bottom)], fill=_whole(colour), width=width)

    return draw


def dotted(apart: float = 0.07, colour: Colour = (150, 150, 160), size: float = 0.006):
    def draw(page: ImageDraw.ImageDraw, right: int, bottom: int) -> None:
        for i in range(1, int(1 / apart) + 1):
            for j in range(1, int(1 / apart) + 1):
                x, y, r = i * apart * right, j * apart * bottom, size * bottom
                page.ellipse([x - r, y - r, x + r, y + r], fill=_whole(colour))

    return draw


def hole(down: float = 0.5, right: float = 0.07, size: float = 0.05, colour: Colour = (70, 62, 58)):
    def draw(page: ImageDraw.ImageDraw, width: int, height: int) -> None:
        x, y, r = right * width, down * height, size / 2 * height
        page.ellipse([x - r, y - r, x + r, y + r], fill=_whole(colour))

    return draw


def box(left: float, top: float, right: float, bottom: float, colour: Colour = (20, 20, 20), width: int = 4):
    def draw(page: ImageDraw.ImageDraw, across: int, down: int) -> None:
        page.rectangle([left * across, top * down, right * across, bottom * down], outline=_whole(colour), width=width)

    return draw


def desk(left: float = 0.0, top: float = 0.12, colour: Colour = (96, 70, 48), slant: float = 0.03):
    """What the paper lies on, seen along two of its edges."""

    def draw(page: ImageDraw.ImageDraw, across: int, down: int) -> None:
        if top:
            page.polygon([(0, 0), (across, 0), (across, (top + slant) * down), (0, top * down)], fill=_whole(colour))
        if left:
            page.polygon([(0, 0), (left * across, 0), ((left - slant) * across, down), (0, down)], fill=_whole(colour))

    return draw


def sheet(tall: float, wide: float | None = None, colour: Colour = OFFICE, turned: float = 0.0):
    """A sheet in the middle, turned clockwise by an angle in radians; the picture's paper is what it lies on."""

    def draw(page: ImageDraw.ImageDraw, across: int, down: int) -> None:
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (wide or tall, tall) * min(across, down) / 2
        turn = np.array([(np.cos(turned), np.sin(turned)), (-np.sin(turned), np.cos(turned))])
        places = corners @ turn + (across / 2, down / 2)
        page.polygon([(x, y) for x, y in places.tolist()], fill=_whole(colour))

    return draw


def outline(size: float, turned: float = 0.0, corners: int = 4, colour: Colour = BALLPOINT, width: int = 5):
    """A line drawn around the digit: a box, or with many corners a circle."""

    def draw(page: ImageDraw.ImageDraw, across: int, down: int) -> None:
        angles = turned + np.pi / 4 + 2 * np.pi * np.arange(corners + 1) / corners
        far = size / 2 * min(across, down) / (np.cos(np.pi / 4) if corners == 4 else 1)
        x, y = across / 2 + far * np.cos(angles), down / 2 + far * np.sin(angles)
        page.line(list(zip(x.tolist(), y.tolist(), strict=True)), fill=_whole(colour), width=width, joint="curve")

    return draw


def bar(left: float, top: float, right: float, bottom: float, colour: Colour = (30, 30, 30)):
    """A filled bar: a line under the digit, an icon of an app."""

    def draw(page: ImageDraw.ImageDraw, across: int, down: int) -> None:
        page.rectangle([left * across, top * down, right * across, bottom * down], fill=_whole(colour))

    return draw


def _whole(colour: Colour) -> tuple[int, ...]:
    return tuple(int(value) for value in colour)
