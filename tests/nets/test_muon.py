"""Muon against the singular value decomposition and torch's own."""

import pytest
import torch
from torch import nn

from nets.muon import Muon, orthogonal


@pytest.mark.parametrize("shape", [(16, 25), (64, 800), (256, 128), (10, 10), (1, 7)])
def test_orthogonal_keeps_the_singular_vectors_and_evens_the_values(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    out = orthogonal(matrix)
    assert out.shape == shape
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    inside = u.T @ out @ v.T  # diagonal: the singular values of out along those of the matrix
    values = inside.diagonal()
    assert (inside - values.diag()).abs().max() < 1e-3
    assert values.min() > 0.3 and values.max() < 1.25
    assert 0.65 < values.median() < 1.2


def test_no_gradient_no_direction():
    assert torch.equal(orthogonal(torch.zeros(4, 6)), torch.zeros(4, 6))


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this torch has no Muon of its own")
@pytest.mark.parametrize("shape", [(32, 48), (48, 32)])
def test_it_steps_as_torchs_own(shape):
    start = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    ours, theirs = nn.Parameter(start.clone()), nn.Parameter(start.clone())
    optimizers = [Muon([ours], lr=0.02, weight_decay=0.1), torch.optim.Muon([theirs], lr=0.02, weight_decay=0.1)]
    for step in range(4):
        gradient = torch.randn(shape, generator=torch.Generator().manual_seed(10 + step))
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        for optimizer in optimizers:
            optimizer.step()
    # torch's runs its iterations in bfloat16
    torch.testing.assert_close(ours, theirs, rtol=0, atol=2e-3)
    assert (ours - start).abs().max() > 0.01


def test_a_convolution_steps_as_its_matrix():
    start = torch.randn(8, 3, 5, 5, generator=torch.Generator().manual_seed(2))
    kernel, matrix = nn.Parameter(start.clone()), nn.Parameter(start.flatten(1).clone())
    kernel.grad, matrix.grad = start * 2, start.flatten(1) * 2
    for weight in (kernel, matrix):
        Muon([weight]).step()
    assert torch.equal(kernel.flatten(1), matrix)
