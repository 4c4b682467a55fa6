"""Files of the parameters of a trained model, read without running any code that they hold."""

import pickle
import zipfile
from pathlib import Path
from typing import Any

_NUMPY = (".npy", ".npz")
_TORCH = (".pt", ".pth", ".bin")


def read_weights(path: Path) -> Any:
    """The parameters in a file, as `Problem.parameters_of` takes them.

    Raises:
        ValueError: if the file is of another kind, damaged, or could only be read by running what it holds.
        FileNotFoundError: if there is none.
    """
    suffix = path.suffix.lower()
    try:
        if suffix in _NUMPY:
            return _read_arrays(path)
        if suffix in _TORCH:
            return _read_tensors(path)
    except (pickle.UnpicklingError, zipfile.BadZipFile, EOFError, RuntimeError) as error:
        raise ValueError(
            f"{path} cannot be read as weights: {str(error).splitlines()[0]}. Save a state dict, "
            "`torch.save(module.state_dict(), path)`, or arrays, `numpy.savez(path, ...)`."
        ) from error
    raise ValueError(
        f"{path} is of no kind that is known here: {', '.join(_TORCH + _NUMPY)}. A model of scikit-learn is "
        "added in Python, `tw.add(landscape, model)`: its files run code when they are read."
    )


def _read_arrays(path: Path) -> Any:
    import numpy as np

    try:
        content = np.load(path, allow_pickle=False)
        return content if isinstance(content, np.ndarray) else dict(content)
    except ValueError as error:
        # NumPy says so of pickled objects, and of files that are none of its own.
        raise pickle.UnpicklingError(str(error)) from error


def _read_tensors(path: Path) -> Any:
    try:
        import torch
    except ImportError as error:
        raise ValueError(f"{path} needs PyTorch: pip install 'thalweg[torch]'.") from error
    return torch.load(path, map_location="cpu", weights_only=True)
