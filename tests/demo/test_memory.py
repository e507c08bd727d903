"""The budget of memory over all visitors: whose networks go, that they are told, and that nothing else changes."""

from __future__ import annotations

import gc
import time
import weakref

import pytest
import torch

from demo import visitors as module
from demo.networks import Reader
from demo.training.curves import Curves
from demo.training.lanes import Lanes
from demo.training.snapshots import MOST_BYTES, size
from demo.visitors import MOST_LEFT, Visitors
from nets.checkpoint import load_shipped
from nets.events import BatchEnd
from nets.models import MlpArchitecture, mlp
from tests.demo.support import RetrainTab, chosen, said
from tests.support import until

NETWORKS, RECORDS = load_shipped()
SMALL, LARGE = MlpArchitecture(hidden=(32,)), MlpArchitecture(hidden=(512, 512, 512))
BYTES = {"small": size(mlp(SMALL)), "large": size(mlp(LARGE))}


def loaded(kind: str = "small") -> Reader:
    return Reader(mlp({"small": SMALL, "large": LARGE}[kind]).eval(), RECORDS["mlp"], "loaded")


@pytest.fixture
def clock(monkeypatch):
    """Seconds on the clock of the visitors, to be set."""
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def own(visitor) -> bool:
    return visitor.networks.now()["mlp"].source != "shipped"


def test_hundreds_of_visitors_stay_within_the_budget():
    visitors = Visitors(NETWORKS, RECORDS, budget=100.5 * BYTES["small"])
    everybody = [visitors[f"page {i}"] for i in range(400)]
    kept = []
    for visitor in everybody:
        visitor.load("mlp", loaded())
        kept.append(weakref.ref(visitor.networks.now()["mlp"].model))
        assert visitors.bytes <= 100.5 * BYTES["small"]
    gc.collect()
    assert sum(map(own, everybody)) == 100 == sum(model() is not None for model in kept)
    assert own(everybody[-1])  # who has just loaded one has it
    assert all(visitor.networks.now()["cnn"].model is NETWORKS["cnn"] for visitor in everybody)


def test_the_idlest_go_first(clock):
    visitors = Visitors(NETWORKS, RECORDS, budget=3.5 * BYTES["small"])
    for i in range(3):
        clock[0] = 10.0 * i
        visitors[f"page {i}"].load("mlp", loaded())
    clock[0] = 100.0
    visitors["page 0"]
    visitors["new"].load("mlp", loaded())
    assert [own(visitors[f"page {i}"]) for i in range(3)] == [True, False, True]


def test_the_largest_go_first(clock):
    visitors = Visitors(NETWORKS, RECORDS, budget=BYTES["large"] + 3.5 * BYTES["small"])
    for i, kind in enumerate(("small", "large", "small", "small")):
        visitors[f"page {i}"].load("mlp", loaded(kind))
    clock[0] = 60.0
    visitors["new"].load("mlp", loaded())
    assert [own(visitors[f"page {i}"]) for i in range(4)] == [True, False, True, True]


def test_whoever_would_take_more_than_there_is_keeps_nothing():
    visitors = Visitors(NETWORKS, RECORDS, budget=0.5 * BYTES["large"])
    visitors["one"].load("mlp", loaded())
    visitors["two"].load("mlp", loaded("large"))
    assert not own(visitors["two"]) and visitors["two"].dropped
    assert visitors.bytes <= 0.5 * BYTES["large"]


def test_whose_networks_went_is_told_until_something_new_is_begun(made_up):
    visitors = Visitors(NETWORKS, RECORDS, budget=BYTES["large"] + 1000, lanes=Lanes(1))
    tab = RetrainTab(visitors["one"])
    tab.start("mlp", epochs=1)
    tab.finish()
    version = tab.watch()["networks"]["version"]
    visitors["other"].load("mlp", loaded("large"))
    for told in (tab.watch(), tab.watch(visible=False)):
        assert "retrain.note.dropped" in [note["key"] for note in told["notes"]]
        assert said(told) == ["state.idle", "reads.shipped.both"]
        assert told["downloads"] == {"mlp": None, "cnn": None} and told["networks"]["version"] != version
    assert tab.watch()["details"]["table"]["rows"]  # what came of the run is still known
    assert tab.do("travel", moment=1)["problem"]["key"] == "retrain.problem.no_past"
    tab.start("mlp", epochs=1)
    told = tab.finish()
    assert "retrain.note.dropped" not in [note["key"] for note in told["notes"]]
    assert said(told)[1] == "reads.result.mlp"


def test_who_has_nothing_to_lose_is_told_nothing():
    visitors = Visitors(NETWORKS, RECORDS, budget=1.5 * BYTES["small"])
    curves = Curves(1)
    curves.add(BatchEnd(1, 1, 1, 2.3, 0.1, 0.01, 50, 0.1, 2.3))
    visitors["one"].training.table.file(1, [{"run": 1}], {"mlp": curves.packed()})
    visitors._weigh(visitors["one"])
    assert visitors.bytes > 0
    visitors["other"].load("mlp", loaded("large"))
    assert visitors["other"].dropped and not visitors["one"].dropped


def test_a_run_under_way_is_not_taken_from_its_visitor(made_up):
    visitors = Visitors(NETWORKS, RECORDS, budget=BYTES["large"], lanes=Lanes(1))
    tab = RetrainTab(visitors["one"])
    tab.start("mlp", epochs=1000)
    tab.learns()
    visitors["other"].load("mlp", loaded("large"))
    assert not own(visitors["other"])  # there is no room for it
    assert own(tab.visitor) and said(tab.watch())[:2] == ["state.running.mlp", "reads.learning.mlp"]
    tab.do("stop")
    assert said(tab.finish())[1] == "reads.result.mlp"


def test_what_a_stopped_run_keeps(made_up):
    """The moments for time travel, within their bounds, and nothing of the training itself."""
    tab = RetrainTab(Visitors(NETWORKS, RECORDS, lanes=Lanes(1))["one"])
    tab.start("mlp", epochs=1000, optimizer="adam", architecture={"hidden": [512, 512, 512]})
    tab.learns(steps=10)
    run = tab.visitor.training.latest
    training = weakref.ref(run.tracks["mlp"].model)
    tab.do("stop")
    tab.finish()
    run._thread.join(60)
    gc.collect()
    assert training() is None
    kinds = (torch.Tensor, torch.nn.Parameter)
    layers = [tensor for tensor in gc.get_objects() if type(tensor) in kinds and tensor.shape == (512, 784)]
    assert len(layers) <= len(
        set(tab.visitor.training.moments)
    )  # a first layer for each moment: no optimizer's state, no gradient
    assert tab.visitor.bytes <= MOST_BYTES + BYTES["large"]


def test_who_has_left_keeps_only_networks(made_up):
    visitors = Visitors(NETWORKS, RECORDS, lanes=Lanes(1))
    tab = RetrainTab(visitors["one"])
    tab.start("mlp", epochs=3)
    tab.finish()
    network, before = tab.models()["mlp"], visitors.bytes
    visitors.forget("one")
    assert visitors["one"] is tab.visitor and tab.models()["mlp"] is network
    assert tab.visitor.training.moments == []
    assert size(network) <= tab.visitor.bytes == visitors.bytes < before


def test_who_is_forgotten_counts_no_more():
    visitors = Visitors(NETWORKS, RECORDS, capacity=50)
    for i in range(200):
        visitors[f"page {i}"].load("mlp", loaded())
    assert visitors.bytes == 50 * BYTES["small"]
    for i in range(150, 200):
        visitors.forget(f"page {i}")
    assert visitors.bytes == MOST_LEFT * BYTES["small"]


def test_the_cost_of_keeping_count_is_small():
    """A run in training weighs its visitor five times a second, among a thousand others."""
    visitors = Visitors(NETWORKS, RECORDS)
    everybody = [visitors[f"page {i}"] for i in range(1000)]
    for visitor in everybody:
        visitor.load("mlp", loaded())
    times = []
    for _ in range(20):
        began = time.perf_counter()
        visitors._weigh(everybody[500])
        times.append(time.perf_counter() - began)
    assert min(times) < 0.005


def test_sixty_sessions_of_one_address_leave_room_for_others(made_up):
    """And when they have gone they are out of the line at once, without having been built."""
    visitors = Visitors(NETWORKS, RECORDS, lanes=Lanes(1))
    crowd = [RetrainTab(visitors[f"page {i}"]) for i in range(60)]
    refused = []
    for tab in crowd:
        tab.visitor.address = "203.0.113.7"
        told = tab.do("start", settings=chosen("mlp", epochs=1000))
        refused.append(told["problem"] and told["problem"]["key"])
    assert refused.count(None) == 26 and set(refused) == {None, "retrain.problem.share_full"}
    other = RetrainTab(visitors["other"])
    other.visitor.address = "198.51.100.1"
    told = other.start("mlp", epochs=1)
    assert said(told)[0] == "state.next"
    runs = [tab.visitor.training.latest for tab in crowd if tab.visitor.training.latest]
    until(lambda: runs[0].tracks)
    for i in range(60):
        visitors.forget(f"page {i}")
    assert other.finish()["state"] == "finished"
    assert sum(bool(run.tracks) for run in runs) == 1 and not any(run.live for run in runs[1:])
    until(lambda: not runs[0].live)
    assert runs[0].tracks["mlp"].test is None  # nor evaluated
    assert visitors._lanes.running == 0
