"""The formulas of the labs' calculators: pure, exact where arithmetic is, natural logarithms throughout."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

MB, MIB = 10**6, 2**20


def lora_parameters(layers: int, shapes: Sequence[tuple[int, int]], rank: int) -> int:
    """Trainable parameters: layers times the sum of rank x (in + out) over the adapted matrices of a layer.

    An adapter replaces the update of a matrix by the product of two thin ones, rank x in and out x rank: Hu et al. 2021,
    "LoRA: Low-Rank Adaptation of Large Language Models", section 4.1. `shapes` are (out, in) of each adapted matrix.
    """
    return layers * sum(rank * (out + into) for out, into in shapes)


def adapter_bytes(parameters: int, bytes_each: int = 2) -> int:
    """The size of an adapter on disk: parameters times bytes each, 2 for 16-bit and 4 for 32-bit. File headers are left out."""
    return parameters * bytes_each


@dataclass(frozen=True, slots=True)
class Rates:
    """What a request consists of and costs. Prices are per token, in one unit; `hosting` is per request.

    `removable` are the prompt tokens a tuned model would not need. `hit` is the share of requests that find them cached,
    at `read` times the price; the others pay `write` times the price.
    """

    removable: float
    other: float
    output: float
    price_in: float
    price_out: float
    tuned_in: float
    tuned_out: float
    fixed: float
    hosting: float = 0.0
    hit: float = 0.0
    read: float = 1.0
    write: float = 1.0


@dataclass(frozen=True, slots=True)
class BreakEven:
    """`requests` after which the tuned model has paid for itself, rounded up; None: never. `smallest` prompt worth removing."""

    prompted: float
    tuned: float
    saving: float
    requests: int | None
    smallest: float


def cache_factor(rates: Rates) -> float:
    """What a removable token costs on average, as a share of its full price: hit x read + (1 - hit) x write."""
    return rates.hit * rates.read + (1 - rates.hit) * rates.write


def break_even(rates: Rates) -> BreakEven:
    """A long prompt against a tuned model: fixed cost divided by what one request saves, if it saves anything.

    Prompted: price_in x (other + removable x cache factor) + price_out x output. Tuned: tuned_in x other + tuned_out x
    output + hosting. Plain arithmetic over prices a reader supplies; the discount applies to the removable tokens alone.
    """
    factor = cache_factor(rates)
    prompted = rates.price_in * (rates.other + rates.removable * factor) + rates.price_out * rates.output
    tuned = rates.tuned_in * rates.other + rates.tuned_out * rates.output + rates.hosting
    saving = prompted - tuned
    more = (rates.tuned_in - rates.price_in) * rates.other + (rates.tuned_out - rates.price_out) * rates.output + rates.hosting
    smallest = max(more, 0.0) / (rates.price_in * factor) if rates.price_in * factor > 0 else math.inf
    gain = saving > 1e-12 * max(prompted, tuned)  # equal costs differ by rounding
    requests = math.ceil(rates.fixed / saving - 1e-9) if gain else None
    return BreakEven(prompted, tuned, saving, requests, smallest)


def preferred(gap: float) -> float:
    """The probability that the first of two answers is preferred: 1 / (1 + exp(-gap)) of their scores' difference.

    Bradley and Terry 1952, "Rank Analysis of Incomplete Block Designs", as used for reward models.
    """
    return 1 / (1 + math.exp(-gap)) if gap >= 0 else math.exp(gap) / (1 + math.exp(gap))


def preference_loss(gap: float) -> float:
    """The loss if the label chose the first answer: -log of its probability, computed without overflow."""
    return math.log1p(math.exp(-gap)) if gap >= 0 else -gap + math.log1p(math.exp(gap))


def log_likelihood(gaps: Sequence[float]) -> float:
    """Of a data set: the sum of log probabilities of the chosen answers, each pair given by chosen minus rejected score."""
    return -sum(map(preference_loss, gaps))


def pairs(answers: int) -> int:
    """How many comparisons a ranking of that many answers without ties holds: k (k - 1) / 2."""
    return answers * (answers - 1) // 2


def implied_gap(rate: float) -> float:
    """The score gap that a win rate strictly between 0 and 1 implies: log(p / (1 - p))."""
    return math.log(rate / (1 - rate))


def best_of_n_kl(n: int) -> float:
    """How far best-of-n moves from the base model, in nats, at the most: log n - (n - 1) / n.

    Exact only in the ideal case without ties or repeated answers, elsewhere an upper bound: Beirami et al. 2024,
    "Theoretical guarantees on the best-of-n alignment policy".
    """
    return math.log(n) - (n - 1) / n


def best_of_n_win_rate(n: int) -> float:
    """Expected win rate against one sample of the base, for an ideal scorer without ties: n / (n + 1)."""
    return n / (n + 1)
