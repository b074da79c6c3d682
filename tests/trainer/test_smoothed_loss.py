from __future__ import annotations

import torch

from trainer.head import smoothed_loss


def test_without_weights_it_is_the_cross_entropy():
    logits, labels = (
        torch.randn(5, 3, generator=torch.Generator().manual_seed(0)),
        torch.tensor([0, 1, 2, 1, 0]),
    )
    for smoothing in (0.0, 0.1):
        expected = torch.nn.functional.cross_entropy(
            logits, labels, reduction="none", label_smoothing=smoothing
        )
        torch.testing.assert_close(smoothed_loss(logits, labels, torch.ones(3), smoothing), expected)


def test_a_rare_class_is_not_the_cheapest_answer_to_others():
    """Steel: with torch's own weights the best answer to class 4 would be class 3, which has two images."""
    of_class = torch.tensor([0.82, 8.12, 4.37, 28.42, 0.28, 1.14])
    logits = torch.zeros(1, 6, requires_grad=True)
    optimizer = torch.optim.Adam([logits], lr=0.1)
    for _ in range(300):
        optimizer.zero_grad()
        smoothed_loss(logits, torch.tensor([4]), of_class, 0.1).sum().backward()
        optimizer.step()
    likely = logits.detach().softmax(dim=1)[0]
    assert likely[4] > 0.85
    assert likely[3] < 0.05


def test_an_example_counts_as_its_class_does():
    logits = torch.zeros(2, 2)
    light, heavy = smoothed_loss(logits, torch.tensor([0, 1]), torch.tensor([0.5, 2.0]), 0.1)
    assert heavy == 4 * light
