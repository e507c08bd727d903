"""The states of a run: every command in every state, and a sentence for whatever may be said."""

from __future__ import annotations

import threading
from itertools import product
from types import SimpleNamespace

import pytest

from demo.networks import Reader, View
from demo.retrain.status import _reading, status
from demo.training import digits
from demo.training.lanes import Lanes
from demo.training.snapshots import Snapshot
from demo.training.states import AFTER, ENDED
from demo.words import CATALOGUE, look_up
from nets.models import cnn, mlp
from tests.demo.support import ENDLESS, plan
from tests.support import until

MODELS = {"mlp": mlp(), "cnn": cnn()}
KINDS = {
    "shipped": Reader(MODELS["mlp"], {}, "shipped"),
    "tutorial": Reader(MODELS["mlp"], {}, "tutorial"),
    "loaded": Reader(MODELS["mlp"], {}, "loaded"),
    "learning": Reader(MODELS["mlp"], None, "run", 7, 3.0),
    "result": Reader(MODELS["mlp"], {}, "run", 2),
    "broken_off": Reader(MODELS["mlp"], None, "run", 5, 3.0),
}


def test_the_ends_are_ends_and_every_other_state_leads_to_one():
    assert {state for state, after in AFTER.items() if not after} == ENDED
    for state in AFTER.keys() - ENDED:
        reached, new = set(), {state}
        while new:
            reached |= new
            new = set().union(*(AFTER[one] for one in new)) - reached
        assert reached >= ENDED - {state}


class Watched:
    """Listens to a run, and knows the states that it was in."""

    def __init__(self) -> None:
        self.moves, self.ends = 0, []

    def moved(self, run) -> None:
        self.moves += 1

    def ended(self, run, outcome) -> None:
        self.ends.append((outcome, run.state))


def test_whoever_listens_is_told_the_end_once_and_before_anybody_sees_it(begin):
    listener = Watched()
    run = begin(plan("mlp"), listener=listener)
    until(lambda: not run.live)
    run.stop()
    run.close()
    run._thread.join(60)
    assert listener.ends == [("finished", "evaluating")] and listener.moves >= 2


def test_a_run_that_is_left_in_line_ends_in_the_thread_that_leaves_it(begin):
    lanes, listener = Lanes(1), Watched()
    begin(plan("mlp", ENDLESS), lanes=lanes)
    waiting = begin(plan("mlp"), lanes=lanes, listener=listener)
    until(lambda: waiting.state == "waiting")
    waiting.stop()
    assert waiting.state == "stopped" and listener.ends == [("stopped", "waiting")] and listener.moves == 0


def test_a_listener_that_fails_does_not_keep_a_run_alive(begin, capsys):
    class Broken(Watched):
        def ended(self, run, outcome) -> None:
            raise MemoryError("no room")

    run = begin(plan("mlp"), listener=Broken())
    until(lambda: not run.live)
    assert (run.state, run.reason) == ("failed", "error") and "no room" in capsys.readouterr().err


@pytest.mark.parametrize(("asked", "then"), [("pause", "paused"), ("step", "paused"), ("resume", "running")])
def test_what_is_asked_while_the_digits_are_loaded_is_done_when_they_are(begin, synthetic, monkeypatch, asked, then):
    loaded = threading.Event()
    monkeypatch.setattr(digits, "load_mnist", lambda progress: loaded.wait(60) and synthetic)
    run = begin(plan("mlp", ENDLESS))
    until(lambda: run.state == "loading")
    getattr(run, asked)(*(["batch"] if asked == "step" else []))
    assert run.state == "loading"
    loaded.set()
    until(lambda: run.state == then)
    if asked != "resume":
        steps = run.tracks["mlp"].batch.step if run.tracks["mlp"].batch else 0
        assert steps == (1 if asked == "step" else 0)


def test_commands_in_any_order_leave_a_run_that_can_be_stopped(begin):
    run = begin(plan("mlp", ENDLESS), plan("cnn", ENDLESS))
    until(lambda: run.state == "running")
    commands = [run.pause, run.resume, lambda: run.step("batch"), lambda: run.step("epoch"), run.pause, run.pause]
    for command in commands * 20:
        command()
        assert run.state in ("running", "paused", "stepping")
    until(lambda: run.state == "paused")
    run.stop()
    for command in commands:
        command()
        assert run.state in ("evaluating", "stopped")
    until(lambda: not run.live)
    assert run.state == "stopped" and run.tracks["mlp"].test


# ---- sentences


def leaves(section, path=()) -> set[str]:
    if not isinstance(section, dict) or "one" in section:
        return {".".join(path)}
    return set().union(*(leaves(inner, (*path, name)) for name, inner in section.items()))


def view(kinds: dict[str, str]) -> View:
    readers = {name: KINDS.get(kind, KINDS["learning"]) for name, kind in kinds.items()}
    past = {name: MODELS[name] for name, kind in kinds.items() if kind == "past"}
    return View("v", readers, {}, 7, Snapshot(1, 3.0, past) if past else None)


def test_whichever_networks_read_there_is_a_sentence_and_none_is_too_much():
    keys = set()
    for mlp_kind, cnn_kind in product([*KINDS, "past"], repeat=2):
        told = [
            message["key"].removeprefix("retrain.reads.")
            for message in _reading(view({"mlp": mlp_kind, "cnn": cnn_kind}))
        ]
        one = [f"{mlp_kind}.both"] if mlp_kind == cnn_kind else [f"{mlp_kind}.mlp", f"{cnn_kind}.cnn"]
        assert told == one
        keys |= set(told)
    assert keys == leaves(CATALOGUE["retrain"]["reads"])


def runs_in_every_state():
    for names, state, reason in product(
        (["mlp"], ["cnn"], ["mlp", "cnn"]), AFTER, ("visitor", "time", "abandoned", "gpu")
    ):
        lost = {name: SimpleNamespace(end=SimpleNamespace(diverged=True)) for name in names}
        for place, download, loan in product(
            (1, 2), (None, (10, 20)), (None, SimpleNamespace(refused=False, device="H200"))
        ):
            yield (
                state,
                SimpleNamespace(
                    plans=[SimpleNamespace(network=name) for name in names],
                    tracks=lost,
                    place=SimpleNamespace(number=place),
                    download=download,
                    data=None,
                    loan=loan,
                    reason=reason,
                ),
            )


def test_whatever_a_run_does_there_is_a_sentence_and_none_is_too_much():
    keys = set()
    for state, run in runs_in_every_state():
        visitor = SimpleNamespace(training=SimpleNamespace(latest=run, cut_off=False))
        [doing, *_] = status(visitor, state, view({"mlp": "shipped", "cnn": "shipped"}))
        assert set(doing["values"]) == placeholders(look_up(doing["key"]))
        keys.add(doing["key"].removeprefix("retrain.state."))
    for cut_off in (True, False):
        visitor = SimpleNamespace(training=SimpleNamespace(latest=None, cut_off=cut_off))
        keys.add(status(visitor, "idle", view({"mlp": "shipped"}))[0]["key"].removeprefix("retrain.state."))
    assert keys == leaves(CATALOGUE["retrain"]["state"])


def placeholders(sentence: str) -> set[str]:
    from demo.words import PLACEHOLDER

    return {name for name, _ in PLACEHOLDER.findall(sentence)}
