"""How many threads PyTorch computes with: one number for each thread of ours, and never another's.

torch.set_num_threads(n) sets two numbers: OpenMP's, of the calling thread alone, and one of the process's, which every
thread takes over when it first computes. So the second has to be put back.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import torch

_lock = threading.Lock()


def use_threads(count: int) -> None:
    """Compute with so many threads from now on, in the calling thread and in no other."""
    if torch.get_num_threads() == count:
        return
    with _lock, ThreadPoolExecutor(1) as other:
        of_the_process = other.submit(torch.get_num_threads).result()
        torch.set_num_threads(count)
        other.submit(torch.set_num_threads, of_the_process).result()
