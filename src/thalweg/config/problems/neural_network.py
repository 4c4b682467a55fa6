"""[problem] of a feed-forward network."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from ... import datasets
from ...problems import NeuralNetwork, losses
from ...problems.neural_networks.activations import ACTIVATIONS, activation_named, tends_to
from ...spelling import nearest_spelling
from ..section import Real, Size, build_with, default_of, known_name
from .base import DataSection


def _default(name: str) -> Any:
    return default_of(NeuralNetwork.from_data, name)


def _known_activation(name: str) -> str:
    """The name, if it is of the table or of the family of an entry: "tanh", "tanh(20)"."""
    try:
        return activation_named(name).name
    except ValueError as error:
        near = nearest_spelling(name, ACTIVATIONS)
        is_misspelt = near.startswith("; did") and not tends_to(name) and "(" not in name
        raise ValueError(f"not known{near}" if is_misspelt else str(error)) from error


class NetworkSection(DataSection):
    """[problem] of a feed-forward network."""

    options: ClassVar[tuple[str, ...]] = (
        "train",
        "test",
        "turns",
        "noise",
        "cells",
        "wrong",
        "rows",
        "fraud_share",
    )

    kind: Literal["neural_network"]
    rows: Size | None = None
    fraud_share: Real | None = Field(None, gt=0, lt=1)
    turns: Real | None = Field(None, gt=0)
    noise: Real | None = Field(None, ge=0)
    cells: Size | None = None
    wrong: Real | None = Field(None, ge=0, lt=1)
    hidden: tuple[Size, ...] = Field(_default("hidden"), min_length=1)
    activation: Annotated[str, AfterValidator(_known_activation)] = _default("activation")
    loss: Annotated[str, known_name(losses.LOSSES)] = losses.DEFAULT_LOSS.kind
    surrogate: str | None = None
    beta: Real | None = None
    margin: Real | None = None
    smoothing: Real | None = None
    k: Size | None = None
    class_weights: Literal["balanced"] | None = None
    l2: Real = Field(_default("l2"), ge=0)
    l2_on: Literal["all", "weights"] = _default("l2_on")
    start_width: tuple[Real, Real] = _default("start_width")

    def load(self, directory: Path) -> datasets.Dataset:
        """The data; relative paths start at `directory`."""
        return self.read(directory, classes=losses.LOSSES[self.loss].is_classification)

    def build(self, directory: Path) -> NeuralNetwork:
        """The problem; relative paths start at `directory`."""
        data = self.load(directory)
        return NeuralNetwork.from_data(
            data.inputs,
            data.targets,
            hidden=self.hidden,
            loss=self.loss_function(),
            l2=self.l2,
            l2_on=self.l2_on,
            class_weights=self.class_weights,
            activation=self.activation,
            start_width=self.start_width,
        )

    def loss_function(self) -> losses.Loss:
        """The loss with the settings that are given.

        Raises:
            ConfigError: for a setting that this loss does not have.
        """
        settings = self.values_of("surrogate", "beta", "margin", "smoothing", "k")
        return build_with(losses.LOSSES[self.loss], settings, "[problem]", f"loss = {self.loss!r}")
