"""What is computed on: the CPU, or an accelerator with a memory of its own."""

from dataclasses import dataclass
from typing import Any

import jax


@dataclass(frozen=True)
class Device:
    """A device of JAX, as far as the sizes of batches depend on it.

    Attributes:
        kind: 'cpu', 'gpu' or 'tpu'.
        name: what its maker calls it.
        memory: bytes that JAX may use there; None where it does not say, as of a CPU.
    """

    kind: str
    name: str
    memory: int | None = None

    @classmethod
    def present(cls) -> "Device":
        """The one that arrays are placed on: the first, or the user's `jax.default_device`."""
        config: Any = jax.config
        chosen = config.jax_default_device
        one = chosen if isinstance(chosen, jax.Device) else jax.devices(chosen)[0]
        # The limit, not what is free now: sizes that depended on that would differ from run to run.
        memory = (one.memory_stats() or {}).get("bytes_limit") if one.platform != "cpu" else None
        return cls(one.platform, one.device_kind, memory)

    @property
    def is_accelerator(self) -> bool:
        """Whether it is no CPU: idle unless thousands of walkers move together, and far from the host."""
        return self.kind != "cpu"

    def can_replace(self, other: "Device") -> bool:
        """Whether what was sized for another device can be computed here, to the same bits if it is alike."""
        return self.kind == other.kind and (self.memory or 0) >= (other.memory or 0)
