"""Pieces of ink that stand apart: several digits in one picture."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

MOST_DIGITS = 6  # a house number; more things than that are taken for something else
INKED = 0.3  # ink from which a pixel belongs to a piece
BRIDGED = 0.03  # gaps in a stroke, as a share of the ink's height
TALL = 0.45  # of the tallest piece's height: what is lower is no digit of its own
BESIDE = 0.5  # of the narrower piece's width: things that overlap by more are one


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
