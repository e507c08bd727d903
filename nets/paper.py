"""Ink told from paper, in one way for scans, screens and photographs.

    sheet    where the paper lies on something else, the picture is what is on it (nets.sheet)
    colour   the direction in which the colours of ink and paper differ, from the picture's sharp edges
    light    the paper's value at each place: a closing, which fills whatever is narrower than half of the picture
    noise    the spread of what is left, and from it the thresholds
    ink      what lies above the high threshold, followed over what lies above the low one (hysteresis)
    pieces   without frames, ruled lines, holes and specks (nets.pieces)

A closing keeps slopes of light and the straight edges of shadows as they are, so that neither becomes ink.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from nets.pieces import digits_of
from nets.sheet import find_sheet

Ink = np.ndarray  # (H, W) float32 in [0, 1]: paper 0, ink 1

WORKING_SIDE = 560  # pixels: larger pictures are brought down to this first
FAINTEST = 8 / 255  # contrast below which nothing is ink, however even the paper
NESTED = 2  # sheets within one another, as a window on a screen on a desk
NARROW = 0.45  # of the picture's larger side: whatever is wider is no stroke
HIGH, LOW = 6.0, 3.0  # thresholds in standard deviations of the paper's noise
BOLD, FAINT = 0.4, 0.22  # the same as shares of the ink's own contrast
VISIBLE = 5 / 255  # the standard deviation of grain that is half smoothed away
MARGIN = 0.03  # of the larger side: here lie frames, and edges count little


@dataclass(frozen=True, eq=False)
class Found:
    """A picture's ink, and the way to it."""

    picture: np.ndarray  # (H, W, 3) colours in [0, 1], paper and all
    flat: Ink  # contrast to the paper nearby
    ink: Ink


def find_ink(picture: Image.Image) -> Found | None:
    """The ink in a picture, or None if nothing stands out from the paper."""
    return _find_ink(_colours(picture), NESTED)


def _find_ink(colours: np.ndarray, nested: int) -> Found | None:
    side = max(colours.shape[:2])
    soft = 0.5 + side / 1000  # pixels
    smooth = ndimage.gaussian_filter(colours, (soft, soft, 0))
    if nested and (found := _on_a_sheet(colours, smooth, nested - 1)):
        return found
    axis = _axis(smooth)
    value, smooth_value = colours @ axis, smooth @ axis
    if _ink_is_light(smooth_value):
        value, smooth_value = -value, -smooth_value
    size = max(3, round(NARROW * side)) | 1
    paper = _closing(smooth_value, size)
    contrast, bias, noise = _above_noise(paper - smooth_value)
    high, low = max(HIGH * noise, FAINTEST), max(LOW * noise, FAINTEST / 2)
    if not (contrast > high).any():
        return None
    level = _level(contrast, high)
    high, low = max(high, BOLD * level), max(low, FAINT * level)
    kept = digits_of(contrast, low, high)
    if kept is None:
        return None
    near = ndimage.maximum_filter(kept, 2 * round(2 * soft) + 1)
    flat = (contrast / level).clip(0, 1).astype(np.float32)
    return Found(colours, flat, _drawn(paper - bias - value, contrast, kept) * near)


def _on_a_sheet(colours: np.ndarray, smooth: np.ndarray, nested: int) -> Found | None:
    """The ink on the sheet that lies in a picture; None if there is no sheet, or nothing on it."""
    sheet = find_sheet(smooth)
    if sheet is None or (alone := sheet.alone(colours)) is None or (found := _find_ink(alone, nested)) is None:
        return None
    height, width = colours.shape[:2]
    return Found(colours, *(sheet.placed(values, (height, width)) for values in (found.flat, found.ink)))


def _drawn(sharp: np.ndarray, soft: np.ndarray, kept: np.ndarray) -> Ink:
    """Ink from the contrast, as sharp as the grain allows: 1 where the kept pixels are strongest."""
    grain = _spread(sharp)
    contrast = sharp + grain**2 / (grain**2 + VISIBLE**2) * (soft - sharp)
    noise = _spread(contrast)
    usual, most = float(np.percentile(contrast[kept], 95)), float(contrast[kept].max())
    strongest = max(usual, min(most - LOW * noise, 1.1 * usual))
    floor = min(LOW / 2 * noise, strongest / 4)
    return ((contrast - floor) / (strongest - floor)).clip(0, 1).astype(np.float32)


def _closing(values: np.ndarray, size: int) -> np.ndarray:
    """Values whose dark parts narrower than so many pixels are filled with what is around them.

    What lies along the border goes on beyond it, so that slopes, dark corners and frames stay as they are.
    """
    half = size // 2
    beyond = np.pad(values, half, mode="edge")
    filled = ndimage.minimum_filter(ndimage.maximum_filter(beyond, size), size)
    return filled[half:-half, half:-half]


def _above_noise(difference: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Contrast to the paper, what was taken off (the closing lies on the noise's peaks), and the noise's spread."""
    bias = float(np.median(difference[::2, ::2]))
    contrast = difference - bias
    return contrast, bias, _spread(contrast)


def _level(contrast: np.ndarray, high: float) -> float:
    """The contrast of the strongest ink, however many fainter lines are printed on the paper; frames do not count."""
    inner = _inner(contrast)
    strong = inner[inner > high]
    return float(np.percentile(strong if len(strong) else contrast[contrast > high], 98))


def _inner(values: np.ndarray) -> np.ndarray:
    """The values without those along the border."""
    margin = round(MARGIN * max(values.shape[:2]))
    inner = values[margin : values.shape[0] - margin or None, margin : values.shape[1] - margin or None]
    return inner if min(inner.shape[:2]) > 2 else values


def _spread(values: np.ndarray) -> float:
    """A standard deviation that a few strokes do not change: 1.4826 times the median absolute deviation."""
    some = values[::2, ::2]
    return 1.4826 * float(np.median(abs(some - np.median(some))))


def _axis(smooth: np.ndarray) -> np.ndarray:
    """The direction among colours in which the picture's sharpest edges go (S. Di Zenzo, CVGIP 33, 1986).

    Its length is such that grey values keep their differences.
    """
    inner = _inner(smooth)
    if min(inner.shape[:2]) < 2:
        return np.full(3, 1 / 3, np.float32)
    inner = inner[::2, ::2] if min(inner.shape[:2]) > 200 else inner  # enough of them
    steps = np.stack(np.gradient(inner, axis=(0, 1)))  # (2, H, W, 3)
    strength = (steps**2).sum((0, 3))
    sharp = strength > strength.max() / 16
    edges = (steps[:, sharp] * np.sqrt(strength[sharp])[:, None]).reshape(-1, 3).astype(np.float64)
    axis = np.linalg.eigh(edges.T @ edges)[1][:, -1]
    axis = axis / np.sqrt(3)
    return (axis if axis.sum() >= 0 else -axis).astype(np.float32)


def _ink_is_light(value: np.ndarray) -> bool:
    """Whether sharp edges lie rather on the light side of the paper around them."""
    height, width = value.shape
    scale = 32 / max(height, width)
    small = Image.fromarray(value).resize(
        (max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.BOX
    )
    around = ndimage.median_filter(np.asarray(small), 19)
    paper = np.asarray(Image.fromarray(around).resize((width, height), Image.Resampling.BILINEAR))
    if min(height, width) < 2:
        return bool(abs(value.max() - paper.max()) > abs(paper.min() - value.min()))
    down, right = np.gradient(value)
    sharp = (down**2 + right**2) * (value - paper)
    return bool(_inner(sharp).sum() > 0)


def _colours(picture: Image.Image) -> np.ndarray:
    """(H, W, 3) colours in [0, 1], at most WORKING_SIDE along a side, on paper where the picture is transparent."""
    if picture.mode.startswith(("I", "F")):  # 16 bits and more
        values = np.nan_to_num(np.asarray(picture, np.float32))
        picture = Image.fromarray(((values - values.min()) / max(float(np.ptp(values)), 1e-9) * 255).astype(np.uint8))
    if picture.has_transparency_data:
        layers = picture.convert("RGBA")
        alpha = np.asarray(layers.getchannel("A"), np.float32)
        brightness = np.asarray(layers.convert("L"), np.float32)
        light_ink = (brightness * alpha).sum() > 127.5 * alpha.sum()
        # An opaque picture has paper of its own. Transparent paper is taken to be dark where the ink is light.
        paper = Image.new("RGBA", layers.size, "black" if light_ink and alpha.min() < 255 else "white")
        picture = Image.alpha_composite(paper, layers)
    picture = picture.convert("RGB")
    picture.thumbnail((WORKING_SIDE, WORKING_SIDE))
    return np.asarray(picture, np.float32) / 255
