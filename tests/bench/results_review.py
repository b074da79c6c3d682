"""How much sooner review comes upon wrong labels, how many labels a head needs, and what novelty tells.

``python -m tests.bench.results_review`` prints the tables of ``docs/results.md``.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tests.bench.effort import STRATEGIES, area, curve
from tests.bench.planted import NOISES, OTHERS, OURS, SHARES, Ranking, found, look_alikes, plant
from tests.bench.review_sets import CLOSER, LOOKS, NOT_SEM, OUT, SETS, SHARED, ReviewSet, read_set
from tests.bench.strangers import auroc_of_new_kinds, auroc_of_others

METHODS: Mapping[str, Ranking] = {**OTHERS, **OURS}
PARTS = ("planted", "effort", "novelty")
Found = dict[tuple[str, str, float, str], list[float]]
"""By look, noise, share and method: found at each effort, mean of the seeds."""


def measured(data: ReviewSet, seeds: Sequence[int]) -> Found:
    """Plant errors of every kind and rank by every method."""
    out: Found = {}
    for look, noise, share in itertools.product(LOOKS, NOISES, SHARES):
        alike = look_alikes(data)
        cases = [plant(data, noise, share, seed, alike) for seed in seeds]
        for method, rank in METHODS.items():
            each = [found(rank(case, look), case.wrong) for case in cases]
            out[look, noise, share, method] = np.mean(each, axis=0).tolist()
    return out


def planted_table(data: ReviewSet, values: Found) -> str:
    """Write what was found at 1× / 1.5× / 2×."""
    heads = [f"{noise} {share:.0%}" for noise, share in itertools.product(NOISES, SHARES)]
    lines = [f"| {data.name}, {len(data.truth)} images | {' | '.join(heads)} |", "|---" * 7 + "|"]
    for look, method in itertools.product(LOOKS, METHODS):
        if method == "random" and look != LOOKS[0]:
            continue
        cells = ["/".join(f"{v:.2f}" for v in values[look, n, s, method]) for n in NOISES for s in SHARES]
        lines.append(f"| {look}: {method} | {' | '.join(cells)} |")
    return "\n".join(lines)


def behind(data: ReviewSet, values: Found) -> list[str]:
    """Say where another way finds more at 1× or 1.5× than ours on the same features."""
    said = []
    for look, noise, share in itertools.product(LOOKS, NOISES, SHARES):
        ours = values[look, noise, share, "SEMGui"]
        for place, effort in enumerate(("1×", "1.5×")):
            name, best = max(
                ((m, values[look, noise, share, m][place]) for m in OTHERS), key=lambda pair: pair[1]
            )
            if best > ours[place] + 1e-9:
                case = f"{data.name}, {look}, {noise} {share:.0%}, {effort}"
                said.append(f"{case}: {name} {best:.3f}, ours {ours[place]:.3f}")
    return said


def effort_table(data: ReviewSet, seeds: Sequence[int]) -> str:
    """Write the area under the accuracy for each strategy, and the accuracy at a third of the labels."""
    lines = [
        f"| {data.name}, {CLOSER} | area | minus random, by seed | accuracy after a third |",
        "|---|---|---|---|",
    ]
    curves = {name: [curve(data, CLOSER, name, seed) for seed in seeds] for name in STRATEGIES}
    for name, of_seed in curves.items():
        areas = [area(one) for one in of_seed]
        gain = ", ".join(f"{a - area(r):+.3f}" for a, r in zip(areas, curves["random"], strict=True))
        third = np.mean([one.accuracy[len(one.accuracy) // 3] for one in of_seed])
        lines.append(f"| {name} | {np.mean(areas):.3f} | {gain} | {third:.3f} |")
    return "\n".join(lines)


def novelty_table(data: ReviewSet, others: ReviewSet, seeds: Sequence[int]) -> str:
    """Write how surely strangers come first: each class in its turn, and pictures of other instruments."""
    lines = []
    for look in LOOKS:
        kinds = auroc_of_new_kinds(data, look, seeds)
        each = ", ".join(f"{kind} {value:.2f}" for kind, value in kinds.items())
        away = auroc_of_others(data, others.features[look], look, seeds)
        lines.append(f"| {data.name}, {look} | {away:.3f} | {np.mean(list(kinds.values())):.2f} ({each}) |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--what", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    for name in options.sets:
        data = read_set(name, options.data, options.out)
        if "planted" in options.what:
            values = measured(data, options.seeds)
            lines = [planted_table(data, values), "", *behind(data, values), ""]
            sys.stdout.write("\n".join(lines) + "\n")
        if "effort" in options.what:
            sys.stdout.write(effort_table(data, options.seeds) + "\n\n")
        if "novelty" in options.what:
            others = read_set(NOT_SEM, options.data, options.out)
            sys.stdout.write(novelty_table(data, others, options.seeds) + "\n\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
