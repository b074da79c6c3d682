"""Train a backbone along with its head, on the canonical images themselves.

Every step is seeded by run, epoch and number, so that a run that was stopped or killed goes on to the same
weights as one that was not.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.batches import Batch, ImageSet, ahead, order_of, steps_of
from trainer.board import Board
from trainer.checkpoint import Kept, State, load_checkpoint, resume, save_checkpoint
from trainer.config import ClassWeights, RunConfig
from trainer.errors import TrainerError
from trainer.events import EventWriter, Progress, Warned
from trainer.finetune_config import Balance, BatchNorm
from trainer.head import Watched, class_weights, epoch_event, smoothed_loss, watched, with_dropout
from trainer.memory import Portions
from trainer.models import Network, as_grey
from trainer.optimize import Average, Trained, optimizer_of, rate_factor, set_rates
from trainer.precision import computed_in
from trainer.run_folder import RunFolder
from trainer.stages import parameter_groups, release, training_mode
from trainer.team import Team

_SECONDS_BETWEEN_NOTES = 1.0
_JUDGED_AT_ONCE = 32
_NORMS_APART = (
    "Several processes train batch normalisation: each normalises by its own share of a batch, and the model "
    "keeps the first one's statistics. Give each at least 16 images, or set finetune.batch_norm to frozen."
)
_WEIGHTS = {
    Balance.WEIGHTS: ClassWeights.BALANCED,
    Balance.ROOT: ClassWeights.ROOT,
    Balance.SAMPLING: ClassWeights.NONE,
    Balance.NONE: ClassWeights.NONE,
}


class NotANumberError(TrainerError):
    """The loss is no number any more."""


class FineTuner:
    """One training of a network.

    Parameters
    ----------
    run
        Where checkpoints go and the stop is asked for.
    config
        How.
    network
        What to begin with, on its device; changed in place.
    key
        Hash of all that the training depends on.
    team
        The processes that train it together.
    """

    def __init__(
        self,
        run: RunFolder,
        config: RunConfig,
        network: Network,
        key: str,
        events: EventWriter,
        team: Team,
    ) -> None:
        self._team = team
        self._run = run
        self._config = config
        self._params = config.finetune
        self._network = network
        self._key = key
        self._events = events
        if team.size > 1 and self._params.batch_norm is BatchNorm.TRAINED:
            events.write(Warned(text=_NORMS_APART))
        release(network, config.trained_stages, self._params.batch_norm)
        self._optimizer = optimizer_of(parameter_groups(network, self._params), self._params)
        self._average = Average(network, self._params.ema) if self._params.ema else None
        self._portions = Portions(self._params.micro_batch or self._params.batch_size, events)

    def fit(self, train: ImageSet, valid: ImageSet) -> Network:
        """Train until done or no better, going on from ``last/`` if there is one; return the best network.

        Raises
        ------
        StoppedError
            If the run was asked to stop; the last finished epoch is kept.
        TrainerError
            If the loss was no number before anything was learned.
        """
        board = Board(self._run.path / "tb") if self._team.rank == 0 else None
        loss = self._loss(train)
        state = resume(self._run.last, self._run.best, self._key, self._kept(), self._optimizer)
        if state.epoch == 0 and self._params.head_first and len(valid):
            state = self._judge_beginning(valid, state)
        try:
            while not self._over(state):
                mean_loss = self._epoch(train, loss, state)
                state = self._judge(valid, state, mean_loss, board)
                with self._team.first_before_others():
                    self._save(self._run.last, state, self._kept(), self._optimizer)
        except NotANumberError as error:
            if not math.isfinite(state.best_loss):
                raise
            self._events.write(
                Warned(text=f"{error} The best epoch so far ({state.best_epoch}) is the model.")
            )
        finally:
            if board is not None:
                board.close()
        load_checkpoint(self._run.best, self._key, {"network": Trained(self._network)})
        return self._network

    def _save(self, folder: Path, state: State, parts: Mapping[str, Kept], *optimizer: Any) -> None:
        if self._team.rank == 0:
            save_checkpoint(folder, state, parts, *optimizer)

    def _stop_if_asked(self) -> None:
        """Stop, all processes at the same step."""
        if self._team.agreed(self._run.stop.exists()):
            self._run.stop.touch()  # for a process that could not see it yet
            self._run.raise_if_stopped()

    def _kept(self) -> dict[str, Kept]:
        parts: dict[str, Kept] = {"network": Trained(self._network)}
        return parts if self._average is None else parts | {"average": self._average}

    def _over(self, state: State) -> bool:
        return state.epoch >= self._params.epochs or state.epoch - state.best_epoch >= self._params.patience

    def _loss(self, train: ImageSet) -> Callable[[Tensor, Batch], Tensor]:
        kind = _WEIGHTS[self._params.balance]
        weights = class_weights(train.labels, train.weights, len(self._config.classes), kind)
        of_class = torch.from_numpy(weights).float()

        def loss(logits: Tensor, batch: Batch) -> Tensor:
            """Sum over the batch."""

            def against(labels: Tensor) -> Tensor:
                device = logits.device
                smoothing = self._params.label_smoothing
                return smoothed_loss(logits.float(), labels.to(device), of_class.to(device), smoothing)

            each = batch.share * against(batch.labels)
            if batch.share < 1:
                each = each + (1 - batch.share) * against(batch.partners)
            return (each * batch.weights.to(logits.device)).sum()

        return loss

    def _epoch(self, train: ImageSet, loss: Callable[[Tensor, Batch], Tensor], state: State) -> float:
        """Pass over the training images once; return the mean loss."""
        config, params = self._config, self._params
        steps = steps_of(order_of(train, params.balance, config.seed, state.epoch), params.batch_size)
        note = _Note(self._events, state.epoch * len(train), params.epochs * len(train))
        training_mode(self._network)
        total = 0.0
        own = [self._team.share(chosen) for chosen in steps]
        for step, batch in enumerate(ahead(train, own, config, state.epoch, self._team.rank)):
            self._stop_if_asked()
            set_rates(self._optimizer, rate_factor(state.epoch + step / len(steps), params, state.history))
            value = self._step(batch, loss, len(steps[step]), (config.seed, state.epoch, step))
            if not math.isfinite(value):
                names = ", ".join(train.rows[i].image_id for i in steps[step])
                raise NotANumberError(
                    f"The loss is not a number in epoch {state.epoch + 1}, batch {step + 1} ({names})."
                )
            total += value
            note.reached(len(steps[step]), value)
        return total / len(train)

    def _step(
        self, batch: Batch, loss: Callable[[Tensor, Batch], Tensor], whole: int, seeds: tuple[int, ...]
    ) -> float:
        """Change the weights once; return the loss, summed over the `whole` batch of all processes."""
        seed = int(np.random.SeedSequence((*seeds, self._team.rank)).generate_state(1)[0])
        trained = [p for p in self._network.parameters() if p.requires_grad]

        def gradients() -> float:
            torch.manual_seed(seed)
            self._optimizer.zero_grad()
            return sum(
                self._backward(_part(batch, portion), loss, whole)
                for portion in self._portions.of(len(batch.chosen))
            )

        value = self._portions.until_it_fits(gradients, self._network, self._optimizer)
        value = self._team.add_up(trained, value)
        if not math.isfinite(value):
            return value
        if self._params.clip:
            nn.utils.clip_grad_norm_(trained, self._params.clip)
        self._optimizer.step()
        if self._average is not None:
            self._average.update()
        return value

    def _backward(self, part: Batch, loss: Callable[[Tensor, Batch], Tensor], whole: int) -> float:
        device = next(self._network.parameters()).device
        with computed_in(self._params.precision, device):
            embedding = self._network.embed(part.images.to(device, non_blocking=True))
            logits = with_dropout(self._network.head, embedding, self._params.dropout)
        summed = loss(logits, part)
        (summed / whole).backward()  # type: ignore[no-untyped-call]
        return float(summed.detach())

    def _judge_beginning(self, valid: ImageSet, state: State) -> State:
        """Let the network as it is be the one to beat."""
        figures = self._team.agreed(watched(self._logits(valid), valid.labels))
        state = dataclasses.replace(state, best_epoch=0, best_loss=figures.loss)
        self._save(self._run.best, state, {"network": Trained(self._network)})
        return state

    def _judge(self, valid: ImageSet, state: State, train_loss: float, board: Board | None) -> State:
        """Measure on the validation images, keep the network if it is the best so far, tell."""
        if self._average is not None:
            self._average.exchange()
        figures: Watched | None = None
        if len(valid):
            figures = self._team.agreed(watched(self._logits(valid), valid.labels))
        value = train_loss if figures is None else figures.loss
        epoch = state.epoch + 1
        # Without validation images nothing can be chosen: changed images make the training loss a poor judge.
        best = figures is None or value < state.best_loss
        state = dataclasses.replace(state, epoch=epoch, history=(*state.history, value))
        if best:
            state = dataclasses.replace(state, best_epoch=epoch, best_loss=value)
            self._save(self._run.best, state, {"network": Trained(self._network)})
        if self._average is not None:
            self._average.exchange()
        event = epoch_event(epoch, self._params.epochs, train_loss, figures, best)
        self._events.write(event)
        if board is not None:
            board.epoch(event, self._optimizer.param_groups[0]["lr"])
        return state

    def _logits(self, images: ImageSet) -> NDArray[np.float32]:
        self._network.eval()
        device = next(self._network.parameters()).device
        blocks = []
        for chosen in steps_of(np.arange(len(images)), _JUDGED_AT_ONCE):
            with torch.inference_mode(), computed_in(self._params.precision, device):
                logits = self._network(as_grey(images.images(chosen).to(device)))
            blocks.append(logits.float().cpu().numpy())
        return np.concatenate(blocks)


def _part(batch: Batch, portion: slice) -> Batch:
    return Batch(
        batch.chosen[portion],
        batch.images[portion],
        batch.labels[portion],
        batch.weights[portion],
        batch.partners[portion],
        batch.share,
    )


class _Note:
    """Tells how far the training has come, about once a second."""

    def __init__(self, events: EventWriter, done: int, total: int) -> None:
        self._events = events
        self._done = done
        self._total = total
        self._since = time.monotonic()
        self._seen, self._loss = 0, 0.0

    def reached(self, count: int, loss: float) -> None:
        self._done += count
        self._seen += count
        self._loss += loss
        seconds = time.monotonic() - self._since
        if seconds < _SECONDS_BETWEEN_NOTES:
            return
        rate, mean = round(self._seen / seconds, 2), self._loss / self._seen
        self._events.write(
            Progress(stage="training", done=self._done, total=self._total, rate=rate, loss=mean)
        )
        self._since, self._seen, self._loss = time.monotonic(), 0, 0.0
