"""Model cards for the Hugging Face Hub, made from a network's record: YAML for the Hub, then Markdown for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

DATA = {"mnist": ("ylecun/mnist", "MNIST"), "digits": ("sklearn-digits", "scikit-learn's digits")}  # Hub's name, ours


def card(record: Mapping[str, Any]) -> str:
    """The card of a network with this record, which has the fields of nets.checkpoint.RECORD."""
    network, recipe, test = record["network"], record["recipe"], record["test"]
    _, data = _dataset(record)
    return f"""---
{_data(record).to_yaml()}
---

# Digit Duel: the {network.upper()}

Reads one handwritten digit in an image of 28x28 pixels. Digit Duel is a page on which an MLP and a CNN read the same
drawing side by side; this is one of the two.

| | |
| --- | --- |
| in | (N, 1, 28, 28) in [0, 1]: 0 is paper, 1 is ink |
| out | (N, 10): logits of the digits 0 to 9 |
| parameters | {record["parameters"]:,} |
| architecture | `{json.dumps(record["architecture"])}` |
| trained | on {data} alone, recipe `{recipe}`, seed {record["seed"]}: {record["epochs"]} epochs, \
{record["seconds"]:.0f} s, {record["device"]} |
| validation | {_scores(record["validation"])} |
| test | {_scores(test)} |

The JSON beside the weights holds every option, the data's checksums and the versions. Digit Duel's recipes and seeds
were chosen on validation digits and on drawn ones, some of them with the test accuracy in sight: read these scores as
a little hopeful.

## Limits

- It knows ten digits and nothing else: a letter, a scribble or a blank image gets a digit too, at times a sure one.
- It has seen {data} only, changed as its record says. Hands, pens and habits that are not in there are read less well.
- It expects a digit prepared as MNIST's are: 20x20 pixels of ink, its centre of mass in the middle of the image.
  `nets.preprocess` does that to drawings and pictures; without it many more are misread.
- It is for learning how such networks work. Let it decide nothing that matters: no cheques, no addresses, no exams.

## Use

The weights are safetensors, nothing is a pickle. After `pip install ".[hub]"` in a copy of Digit Duel:

```python
import nets
from nets.hub import HubNetwork

model = HubNetwork.from_pretrained("OWNER/NAME")  # on the Hub, or a folder
print(nets.read(model, "seven.png").digit)
```
"""


def _data(record: Mapping[str, Any]) -> ModelCardData:
    """What the Hub reads itself: tags, and the results for its tables."""
    dataset, data = _dataset(record)
    results = [
        EvalResult(
            task_type="image-classification",
            dataset_type=dataset,
            dataset_name=data,
            dataset_split="test",
            metric_type=metric,
            metric_value=round(record["test"][metric], 6),
        )
        for metric in ("accuracy", "loss")
    ]
    return ModelCardData(
        model_name=f"digit-duel-{record['network']}",
        license="mit",
        library_name="pytorch",
        pipeline_tag="image-classification",
        tags=["handwritten-digits", record["network"], "safetensors"],
        datasets=[dataset],
        metrics=["accuracy"],
        eval_results=results,
    )


def _dataset(record: Mapping[str, Any]) -> tuple[str, str]:
    """What the Hub calls the data set, and what people do."""
    name = record["data"]["name"]
    return DATA.get(name, (name, name))


def _scores(scores: Mapping[str, float]) -> str:
    return f"accuracy {scores['accuracy']:.2%}, loss {scores['loss']:.4f}"
