"""How many threads PyTorch computes with, in a process of its own: what a training chooses is no other thread's."""

from __future__ import annotations

import subprocess
import sys

from tests.support import ROOT

CHILD = """
import threading
import torch
from demo.training.threads import use_threads

def number(count=None):
    told = []
    def compute():
        if count:
            {choose}(count)
        torch.ones(1000, 1000) @ torch.ones(1000, 1000)
        told.append(torch.get_num_threads())
    thread = threading.Thread(target=compute)
    thread.start()
    thread.join()
    return told[0]

torch.set_num_threads(1)
print(number(), number(2), number(), number(3), number(), torch.get_num_threads())
"""


def numbers(choose: str) -> list[int]:
    code = CHILD.replace("{choose}", choose)
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return [int(number) for number in child.stdout.split()]


def test_a_thread_that_first_computes_after_a_training_takes_over_nothing():
    assert numbers("use_threads") == [1, 2, 1, 3, 1, 1]


def test_pytorchs_own_way_is_taken_over():
    """Why use_threads is there; once this fails it can go."""
    assert numbers("torch.set_num_threads")[:5] == [1, 2, 2, 3, 3]
