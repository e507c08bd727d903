"""Changes against torch's and scipy's own, and by hand."""

import pytest
import torch
from scipy import ndimage

from nets.changes import CHANGES, blur, inversion, noise, normal_field, occlusion, pen, rotation, size, slant

IMAGES = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("kind", CHANGES)
def test_an_image_stays_as_it_is_where_nothing_is_changed(kind):
    change = CHANGES[kind]
    assert change.none in change.values
    torch.testing.assert_close(change.apply(IMAGES, change.none), IMAGES, atol=1e-5, rtol=0)


@pytest.mark.parametrize("kind", CHANGES)
def test_every_value_keeps_shape_and_range(kind):
    for value in CHANGES[kind].values:
        changed = CHANGES[kind].apply(IMAGES, value)
        assert changed.shape == IMAGES.shape
        assert changed.min() >= -1e-6
        assert changed.max() <= 1 + 1e-6


def test_a_quarter_turn_is_clockwise():
    torch.testing.assert_close(rotation(IMAGES, 90), IMAGES.rot90(-1, (2, 3)), atol=1e-5, rtol=0)


def test_a_square_of_half_the_side_becomes_twice_as_large():
    image = torch.zeros(1, 1, 28, 28)
    image[..., 10:18, 10:18] = 1
    assert size(image, 2).sum() == pytest.approx(16 * 16, rel=0.01)


def test_a_slant_leans_to_the_right():
    image = torch.zeros(1, 1, 28, 28)
    image[..., 14] = 1
    leaned = slant(image, 0.5)
    columns = (leaned[0, 0] * torch.arange(28)).sum(1) / leaned[0, 0].sum(1)
    assert columns[4] - columns[24] == pytest.approx(10, abs=0.1)


def test_a_pen_of_two_pixels_more_is_dilated_twice():
    wider = pen(IMAGES, 2.0)
    cross = ndimage.generate_binary_structure(2, 1)
    expected = IMAGES[0, 0].numpy()
    for _ in range(2):
        expected = ndimage.grey_dilation(expected, footprint=cross)
    torch.testing.assert_close(wider[0, 0], torch.tensor(expected))
    torch.testing.assert_close(pen(IMAGES, -1.5), 1 - pen(1 - IMAGES, 1.5))


def test_blur_is_a_gaussian():
    expected = ndimage.gaussian_filter(IMAGES[1, 0].numpy(), 1.2, mode="constant", radius=4)
    torch.testing.assert_close(blur(IMAGES, 1.2)[1, 0], torch.tensor(expected), atol=1e-5, rtol=0)


def test_noise_is_normal_and_another_for_each_image():
    fields = torch.tensor([normal_field(i) for i in range(64)])
    assert fields.mean().item() == pytest.approx(0, abs=0.02)
    assert fields.std().item() == pytest.approx(1, abs=0.02)
    assert abs(torch.corrcoef(fields)[0, 1:]).max() < 0.2
    grey = torch.full((2, 1, 28, 28), 0.5)
    assert not torch.equal(*noise(grey, 0.1))


def test_a_square_of_paper_takes_its_area():
    assert occlusion(torch.ones(1, 1, 28, 28), 7.0).sum() == pytest.approx(784 - 49)
    assert occlusion(torch.ones(1, 1, 28, 28), 4.0)[0, 0, 12:16, 12:16].sum() == 0


def test_inversion_ends_at_the_negative():
    torch.testing.assert_close(inversion(IMAGES, 1.0), 1 - IMAGES)
