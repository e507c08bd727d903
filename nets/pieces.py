"""Connected pieces of ink: which of them are digits, and which digits stand apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

MOST_DIGITS = 6  # a house number; more things than that are taken for something else
INKED = 0.3  # ink from which a pixel belongs to a piece
BRIDGED = 0.03  # gaps in a stroke, as a share of the ink's height
TALL = 0.45  # of the tallest piece's height: what is lower is no digit of its own
BESIDE = 0.5  # of the narrower piece's width: things that overlap by more are one

LONG = 0.95  # of the picture's side: longer than any digit
SIDED = 0.75  # of the box of a frame and the digit that reaches out of it: its sides
AROUND = 0.12  # of the picture's larger side: a ring is larger
ROUND = 0.8  # of a ring's larger side its smaller one: a zero is narrower
RING = 0.08  # of its larger side: the line of a ring is no wider
ENCLOSED = 0.3  # of a ring's larger side: what it is drawn around is larger
NEAR = 0.5  # of the digit's larger side: what is small and farther away is none of it
FLAT = 8  # times as wide as high: a line below a digit
STRAIGHT = 0.12  # of the side: the segments that ruled lines are made of
SMALLEST = 0.05  # of the larger side: what is shorter is dirt
SPECK = 0.05  # of the heaviest piece's ink
TOUCHING = 0.25  # of a frame's smaller side: what touches it and is larger is ink of a digit
STRONG = 0.1  # contrast of ink that is taken for a digit although it lies along the picture's edge
CLEAR = 0.4  # of the heaviest piece's contrast


@dataclass(frozen=True)
class Piece:
    """One connected piece of ink."""

    number: int
    box: tuple[slice, slice]
    mass: float  # the sum of its contrast
    contrast: float  # the mean
    length: int  # pixels: the larger side of its box
    contact: float  # pixels on the picture's border, as a share of that
    frame: bool  # most of its box's sides are inked
    solid: bool  # a filled disc or square
    thin: bool  # a line

    @property
    def height(self) -> int:
        return self.box[0].stop - self.box[0].start

    @property
    def width(self) -> int:
        return self.box[1].stop - self.box[1].start

    @property
    def plain(self) -> bool:
        """Whether nothing speaks against a digit."""
        return not (self.contact or self.frame or self.solid)

    @property
    def doubtful(self) -> bool:
        """Whether it may be a digit if there is no other: one that the picture's edge touches."""
        return not (self.contact > 0.1 or self.frame or self.solid or self.thin)


def digits_of(contrast: np.ndarray, low: float, high: float) -> np.ndarray | None:
    """Which pixels of a picture are a digit's, given each one's contrast to the paper; None if there is none.

    Ink goes from pixels above the high threshold over all that are connected with them above the low one.
    """
    mask = contrast > low
    mask &= ~_ruled(mask)
    mask &= ~_framing(mask)
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if not count:
        return None
    strong = np.zeros(count + 1, bool)
    strong[labels[contrast > high]] = True
    boxes = ndimage.find_objects(labels)
    least = max(2.0, SMALLEST * max(contrast.shape))
    pieces = [
        _piece(labels, contrast, i + 1, box)
        for i, box in enumerate(boxes)
        if strong[i + 1] and max(part.stop - part.start for part in box) >= least / 3
    ]
    pieces = [piece for piece in pieces if not _is_ring(piece, pieces, labels)]
    if not pieces:
        return None
    plain = [piece for piece in pieces if piece.plain and piece.length >= least]
    doubtful = [piece for piece in pieces if piece.doubtful and piece.length >= least]
    longest = max((piece.length for piece in plain), default=0)
    if not plain or max((piece.length for piece in doubtful), default=0) > 3 * longest:
        plain = doubtful or [piece for piece in pieces if piece.contrast > STRONG and not piece.frame]
    if not plain:
        return None
    main = max(plain, key=lambda piece: piece.mass)
    kept = [
        piece
        for piece in pieces
        if piece is main
        or (
            (piece.plain or piece in plain)
            and piece.mass >= SPECK * main.mass
            and piece.contrast >= CLEAR * main.contrast
        )
    ]
    tall = [piece for piece in kept if piece.height >= TALL * main.height]
    places = np.array([[side for part in piece.box for side in (part.start, part.stop)] for piece in tall])
    wanted = np.zeros(count + 1, bool)
    for piece in kept:
        wanted[piece.number] = piece.height >= TALL * main.height or _belongs(piece, tall, places)
    return wanted[labels]


def _belongs(piece: Piece, digits: list[Piece], places: np.ndarray) -> bool:
    """Whether something low is part of the digit that is nearest: not a line below it, nor far away.

    `places` are (digits, 4) pixels: where the box of each begins and ends, downwards and to the right.
    """
    rows, columns = piece.box
    top, bottom, left, right = places.T
    apart = np.maximum.reduce([top - rows.stop, rows.start - bottom, left - columns.stop, columns.start - right])
    distances = apart.clip(0)  # along the axis on which two boxes are farther apart
    nearest = int(distances.argmin())
    digit = digits[nearest]
    beneath = rows.start >= digit.box[0].stop and piece.width > FLAT * piece.height
    return not beneath and bool(distances[nearest] <= NEAR * digit.length)


def _is_ring(piece: Piece, pieces: list[Piece], labels: np.ndarray) -> bool:
    """Whether a piece is a thin closed line, about as wide as high, drawn around something that may be a digit."""
    if piece.length < AROUND * max(labels.shape) or min(piece.height, piece.width) < ROUND * piece.length:
        return False
    within = [
        other
        for other in pieces
        if other.length >= ENCLOSED * piece.length
        and all(a.start < b.start and b.stop < a.stop for a, b in zip(piece.box, other.box, strict=True))
    ]
    if not within:
        return False
    line = labels[piece.box] == piece.number
    filled = ndimage.binary_fill_holes(line)
    enclosed = any(filled[labels[piece.box] == other.number].all() for other in within)
    return enclosed and pen_width(line) <= RING * piece.length


def pen_width(solid: np.ndarray) -> float:
    """Pixels: the width of the lines in a mask.

    Across a line of even width w, the mean distance to the nearest pixel outside is w / 4 + 1 / 2.
    """
    inside = np.pad(solid, 1)
    return max(1.0, 4 * float(ndimage.distance_transform_edt(inside)[inside].mean()) - 2)


def _piece(labels: np.ndarray, contrast: np.ndarray, number: int, box: tuple[slice, slice]) -> Piece:
    inside = labels[box] == number
    height, width = inside.shape
    area, mass = int(inside.sum()), float(contrast[box][inside].sum())
    length = max(height, width)
    rows, columns = labels.shape
    contact = 0
    if box[0].start == 0:
        contact += int(inside[0].sum())
    if box[0].stop == rows:
        contact += int(inside[-1].sum())
    if box[1].start == 0:
        contact += int(inside[:, 0].sum())
    if box[1].stop == columns:
        contact += int(inside[:, -1].sum())
    square = min(height, width) > 0.7 * length
    return Piece(
        number=number,
        box=box,
        mass=mass,
        contrast=mass / area,
        length=length,
        contact=contact / length,
        frame=_is_frame(inside),
        solid=square and area > 0.72 * height * width,
        thin=min(height, width) < length / 12,
    )


def _is_frame(inside: np.ndarray) -> bool:
    """Whether a piece, in its box, has ink along three of its sides, and little within."""
    height, width = inside.shape
    reach = max(2, round(0.04 * max(height, width)))
    sides = inside[:reach].any(0), inside[-reach:].any(0), inside[:, :reach].any(1), inside[:, -reach:].any(1)
    inked = sum(side.mean() > 0.8 for side in sides)
    return inked >= 3 and inside.mean() < 0.5 and min(height, width) > 4


def _framing(mask: np.ndarray) -> np.ndarray:
    """Which pixels are frames and form boxes, but for what is as large as a digit and touches their straight lines."""
    frames = np.zeros_like(mask)
    labels, _ = ndimage.label(mask, np.ones((3, 3)))
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        if max(part.stop - part.start for part in box) < SMALLEST * max(mask.shape):
            continue
        inside = labels[box] == number
        if not _is_frame(inside):
            continue
        frames[box] |= inside
        lines = _ruled(inside, SIDED)
        if lines.any():
            parts, _ = ndimage.label(inside & ~lines, np.ones((3, 3)))
            for part, place in enumerate(ndimage.find_objects(parts), 1):
                if max(side.stop - side.start for side in place) > TOUCHING * min(inside.shape):
                    frames[box][place] &= parts[place] != part
    return frames


def _ruled(mask: np.ndarray, long: float = LONG) -> np.ndarray:
    """Which pixels are lines from edge to edge, near enough level or upright; not where thicker ink crosses them.

    Edge to edge are lines of at least such a share of the side.
    """
    return _level(mask, long) | _level(mask.T, long).T


def _level(mask: np.ndarray, long: float) -> np.ndarray:
    height, width = mask.shape
    run = max(5, round(STRAIGHT * width))
    bridged = ndimage.maximum_filter1d(mask, 3, axis=0)
    segments = ndimage.maximum_filter1d(ndimage.minimum_filter1d(bridged, run, axis=1), run, axis=1) & mask
    labels, _ = ndimage.label(segments, np.ones((3, 3)))
    lines = np.zeros_like(mask)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        if box[1].stop - box[1].start < long * width:
            continue
        line = labels[box] == number
        thick = float(np.median(line.sum(0)))
        if thick > 0.04 * height:
            continue
        part = mask[box[0].start : box[0].stop, box[1]]
        tall = round(1.6 * thick) + 2
        region = slice(max(0, box[0].start - tall), min(height, box[0].stop + tall)), box[1]
        around = mask[region]
        upright = ndimage.minimum_filter1d(around, tall, axis=0, mode="constant")
        crossing = ndimage.maximum_filter1d(upright, tall, axis=0)
        offset = box[0].start - region[0].start
        lines[box] |= line & ~crossing[offset : offset + part.shape[0]]
    return lines


def apart_ink(ink: np.ndarray) -> list[np.ndarray]:
    """The things that stand apart in (H, W) ink, from left to right, each alone on the same paper: one to six.

    A dot, noise, or the bar that floats above a 5 goes with what is nearest.
    """
    rows = np.flatnonzero((ink > INKED).any(1))
    if not len(rows):
        return [ink]
    gap = max(1, round(BRIDGED * (rows[-1] - rows[0]) / 2))
    solid = ndimage.maximum_filter(ink, 2 * gap + 1) > INKED
    pieces, count = ndimage.label(solid, np.ones((3, 3)))
    if count == 1:
        return [ink]
    boxes = ndimage.find_objects(pieces)
    heights = [box[0].stop - box[0].start for box in boxes]
    tall = [i for i in range(count) if heights[i] >= TALL * max(heights)]
    groups = _side_by_side(tall, [(box[1].start, box[1].stop) for box in boxes])
    if not 1 < len(groups) <= MOST_DIGITS:
        return [ink]
    group = np.zeros(count + 1, int)  # of each piece, from 1
    for number, members in enumerate(groups, 1):
        group[np.array(members) + 1] = number
    distance, (y, x) = ndimage.distance_transform_edt(group[pieces] == 0, return_indices=True)
    nearest = group[pieces[y, x]]
    for i in set(range(count)) - set(tall):  # each goes as a whole to the group that is nearest to any of it
        inside = pieces[boxes[i]] == i + 1
        closest = np.where(inside, distance[boxes[i]], np.inf).argmin()
        nearest[boxes[i]][inside] = nearest[boxes[i]].flat[closest]
    return [np.where(nearest == number, ink, 0) for number in range(1, len(groups) + 1)]


def _side_by_side(pieces: list[int], spans: list[tuple[int, int]]) -> list[list[int]]:
    """The pieces from left to right, those together of which one stands mostly above, below or within the other."""
    groups: list[tuple[int, int, list[int]]] = []
    for i in sorted(pieces, key=lambda i: sum(spans[i])):
        left, right = spans[i]
        members = [i]
        for before in list(groups):
            overlap = min(right, before[1]) - max(left, before[0])
            if overlap > BESIDE * min(right - left, before[1] - before[0]):
                groups.remove(before)
                left, right, members = min(left, before[0]), max(right, before[1]), before[2] + members
        groups.append((left, right, members))
    return [members for left, right, members in sorted(groups, key=lambda group: group[0] + group[1])]
