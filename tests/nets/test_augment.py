"""Augmentation against geometry worked by hand."""

import math

import pytest
import torch

from nets.augment import augment, change_pen, segment, slash_zeros, warp
from nets.recipes import Augmentation
from nets.styles import DIGITS


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def digits(n=64, label=3):
    """Smooth blobs in the middle, so that warps lose little to resampling."""
    y, x = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    blob = torch.exp(-(((x - 13.5) / 5) ** 2 + ((y - 13.5) / 3) ** 2))
    return blob.expand(n, 1, 28, 28).clone(), torch.full((n,), label)


EACH = {
    "rotation": 20.0,
    "scale": 0.2,
    "shear": 0.3,
    "shift": 3.0,
    "elastic": 1.0,
    "pen": 0.8,
    "slash": 1.0,
    **dict.fromkeys(DIGITS, 1.0),
}


@pytest.mark.parametrize("name", EACH)
def test_each_change_changes_in_range_and_by_seed(name):
    images, labels = digits(label={"slash": 0, **DIGITS}.get(name, 3))
    how = Augmentation(**{name: EACH[name]})
    before = images.clone()
    out = augment(images, labels, how, generator())
    assert torch.equal(images, before), "the caller's images are left alone"
    assert out.shape == images.shape
    assert out.min() >= 0 and out.max() <= 1
    assert not torch.equal(out, images)
    assert torch.equal(out, augment(images, labels, how, generator()))
    assert not torch.equal(out, augment(images, labels, how, generator(1)))


def test_half_the_strength_is_half_of_every_limit():
    assert Augmentation(rotation=20, pen=0.8) * 0.5 == Augmentation(rotation=10, pen=0.4)
    assert not Augmentation(rotation=20) * 0


def test_off_is_off():
    images, labels = digits()
    assert not Augmentation()
    assert augment(images, labels, Augmentation(), generator()) is images


def test_shift_moves_the_centre_of_mass_within_its_limit():
    images, _ = digits(500)
    out = warp(images, Augmentation(shift=3), generator())
    place = torch.arange(28.0) + 0.5
    x = (out.sum(2)[:, 0] * place).sum(1) / out.sum((1, 2, 3)) - 14
    assert x.abs().max() < 3.01
    assert x.min() < -2.5 and x.max() > 2.5
    assert abs(x.mean()) < 0.3


def test_rotation_turns_the_principal_axis_within_its_limit():
    images, _ = digits(500)
    out = warp(images, Augmentation(rotation=20), generator())[:, 0].double()
    y, x = torch.meshgrid(torch.arange(28.0) - 13.5, torch.arange(28.0) - 13.5, indexing="ij")
    xx, yy, xy = (out * x * x).sum((1, 2)), (out * y * y).sum((1, 2)), (out * x * y).sum((1, 2))
    turned = torch.rad2deg(torch.atan2(2 * xy, xx - yy) / 2)
    assert turned.abs().max() < 20.5
    assert turned.min() < -17 and turned.max() > 17


def test_one_pixel_of_pen_is_the_dilation_and_the_erosion_by_a_cross():
    images = torch.zeros(2, 1, 28, 28)
    images[:, 0, 10:15, 12:17] = 1
    thick, thin = change_pen(images, torch.tensor([1.0, -1.0]))[:, 0]
    assert thick.sum() == 25 + 4 * 5
    assert thick[9, 12] == 1 and thick[9, 11] == 0, "a cross reaches no corner"
    assert thin.sum() == 9 and thin[11:14, 13:16].all()
    half = change_pen(images[:1], torch.tensor([0.5]))[0, 0]
    assert half.sum() == pytest.approx(25 + 4 * 5 * 0.5)


def test_a_segment_has_the_area_of_a_round_ended_line():
    zero = torch.zeros(1, 1, 28, 28)
    at = [torch.tensor([v]) for v in (6.0, 9.0, 20.0, 17.0, 2.0)]
    length = math.hypot(14, 8)
    assert segment(zero, *at).sum() == pytest.approx(length * 4 + math.pi * 4, rel=0.02)
    assert segment(zero, *at)[0, 0, 13, 13] == 1


def test_only_zeros_are_slashed_and_only_their_share():
    images, _ = digits(400)
    labels = torch.arange(400) % 2  # zeros and ones
    out = slash_zeros(images, labels, 0.5, generator())
    changed = (out != images).flatten(1).any(1)
    assert not changed[labels == 1].any()
    assert 0.4 < changed[labels == 0].float().mean() < 0.6


def test_slashed_zeros_lie_as_prepared_ones_do():
    images, labels = digits(200, label=0)
    out = slash_zeros(images, labels, 1.0, generator())
    place = torch.arange(28.0)
    for axis in (1, 2):
        centre = (out[:, 0].sum(axis) * place).sum(1) / out.sum((1, 2, 3)) - 14
        assert centre.abs().max() < 0.51  # whole pixels
