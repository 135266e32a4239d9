"""Each calculator as its learners see it: what it asks for, what it answers, and what to type where an input cannot be used."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.calculators import formulas
from bot.core.calculators.formulas import MB, MIB, Rates
from bot.core.calculators.inputs import number, numbers, shapes, whole_number
from bot.core.chat import FormField, Option, SelectField, TextField
from bot.core.errors import BadInput

Typed = Mapping[str, str]
MOST_FACTOR = 10
"""Times the full price; no cache costs more, so what was typed was read wrongly."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was computed, with what: `given` in the learner's order, `found` as sentences."""

    title: str
    given: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def data(self) -> str:
        """For the persona, and for the record."""
        return "\n".join((self.title, *self.given, *self.found))


@dataclass(frozen=True, slots=True)
class Calculator:
    title: str
    fields: tuple[FormField, ...]
    run: Callable[[Typed], Result] = field(repr=False)


def _lora(typed: Typed) -> Result:
    layers = whole_number(typed, "layers", "The number of layers", 1, 10_000)
    matrices = shapes(typed, "matrices")
    rank = whole_number(typed, "rank", "The rank", 1, 100_000)
    if rank > (side := min(map(min, matrices))):
        what = f"The rank must not be larger than a matrix's smaller side, which is {side:,} here: an adapter of a higher rank"
        raise BadInput(f"{what} adds nothing but size.", "rank")
    total = number(typed, "total", "The size of the model", 1, 1e15) if typed.get("total", "").strip() else None
    parameters = formulas.lora_parameters(layers, matrices, rank)
    found = [f"{parameters:,} trainable parameters."]
    if total:
        if total < (adapted := layers * sum(out * into for out, into in matrices)):
            what = f"Those matrices alone hold {adapted:,} parameters. Type how many the whole model has, as in 7 billion."
            raise BadInput(what, "total")
        found.append(f"That is {_share(parameters / total)} of {total:,.0f}.")
    found.append(_on_disk(parameters, 2))
    listed = ", ".join(f"{out:,} x {into:,}" for out, into in matrices)
    return Result(
        "LoRA size", (f"Layers: {layers}", f"Adapted in each layer (out x in): {listed}", f"Rank: {rank}"), tuple(found)
    )


def _share(share: float) -> str:
    """Two digits that count, however small it is."""
    digits = max(2 - math.floor(math.log10(share * 100)) - 1, 0)
    return f"{share:.{digits}%}"


def _on_disk(parameters: int, each: int) -> str:
    size = formulas.adapter_bytes(parameters, each)
    if size < MB / 10:
        return f"At {each * 8} bits each that is {size:,} bytes on disk."
    return f"At {each * 8} bits each that is {size / MB:,.1f} MB ({size / MIB:,.1f} MiB) on disk."


def _adapter(typed: Typed) -> Result:
    parameters = whole_number(typed, "parameters", "The number of parameters", 1, 10**15)
    each = 4 if typed.get("bits") == "32" else 2
    return Result("Adapter on disk", (f"Parameters: {parameters:,}", f"Bits each: {each * 8}"), (_on_disk(parameters, each),))


def _break_even(typed: Typed) -> Result:
    removable, other, output = numbers(typed, "tokens", 3, 3, "removable prompt tokens, other input, output, as in 500, 200, 150")
    price_in, price_out, tuned_in, tuned_out = numbers(
        typed, "prices", 4, 4, "in and out now, in and out tuned, as in 1, 4, 1.5, 6"
    )
    fixed, hosting = numbers(typed, "fixed", 1, 2, "the fixed cost, and if there is any the hosting per request, as in 5,000,000")
    hit, read, write = _cache(typed)
    per = 1e6 if typed.get("per") == "million" else 1.0
    rates = Rates(
        removable,
        other,
        output,
        price_in / per,
        price_out / per,
        tuned_in / per,
        tuned_out / per,
        fixed,
        hosting,
        hit,
        read,
        write,
    )
    sums = formulas.break_even(rates)
    given = (
        f"Tokens a request: {removable:,g} removable, {other:,g} other input, {output:,g} output",
        f"Prices per {'million tokens' if per > 1 else 'token'}, in and out: {price_in:g} and {price_out:g} now, "
        f"{tuned_in:g} and {tuned_out:g} tuned",
        f"Fixed cost: {fixed:,g}" + (f", hosting a request: {hosting:g}" if hosting else ""),
        f"Cached: {hit:.0%} of requests at {read:g} of the price, the others at {write:g}" if hit or write != 1 else "No caching",
    )
    return Result("Prompt or tuned model", given, tuple(_paid_back(sums)))


def _cache(typed: Typed) -> Sequence[float]:
    if not typed.get("cache", "").strip():
        return 0.0, 1.0, 1.0
    how = "the share of hits, the price factor of a hit and of a miss, as in 0.8, 0.1, 1"
    hit, read, write = numbers(typed, "cache", 2, 3, how, filler=1.0)
    if hit > 1:
        raise BadInput("The share of cache hits lies between 0 and 1, as in 0.8 or 80%.", "cache")
    if max(read, write) > MOST_FACTOR:
        raise BadInput("A price factor is a share of the full price, as in 0.1 or 1.25.", "cache")
    return hit, read, write


def _paid_back(sums: formulas.BreakEven) -> Sequence[str]:
    costs = f"A request costs {sums.prompted:,.6g} with the prompt and {sums.tuned:,.6g} tuned."
    if sums.requests is None:
        loss = f"Each request saves {sums.saving:,.6g}: the tuned model never pays for itself, at any volume."
        smallest = "" if math.isinf(sums.smallest) else f"It would from {math.ceil(sums.smallest - 1e-9):,} removable tokens on."
        return tuple(filter(None, (costs, loss, smallest)))
    return costs, f"Each request saves {sums.saving:,.6g}, so break-even comes after {sums.requests:,} requests."


def _preference(typed: Typed) -> Result:
    first = number(typed, "a", "The score of A", -1e6, 1e6)
    second = number(typed, "b", "The score of B", -1e6, 1e6)
    gap = first - second
    found = (
        f"A is preferred with probability {formulas.preferred(gap):.4f}, from a gap of {gap:.6g} alone.",
        f"Loss if the label says A: {formulas.preference_loss(gap):.4f}; if it says B: {formulas.preference_loss(-gap):.4f}.",
    )
    return Result("Bradley-Terry", (f"Score of A: {first:g}", f"Score of B: {second:g}"), found)


def _best_of_n(typed: Typed) -> Result:
    n = whole_number(typed, "n", "The number of answers", 1, 10**9)
    found = (
        f"At most {formulas.best_of_n_kl(n):.4f} nats from the base model: log n - (n - 1) / n, an upper bound.",
        f"Expected win rate against one answer of the base: {formulas.best_of_n_win_rate(n):.3f}, "
        "for an ideal scorer without ties.",
    )
    return Result("Best of n", (f"n: {n:,}",), found)


CALCULATORS: Mapping[str, Calculator] = {
    "lora": Calculator(
        "LoRA size",
        (
            TextField("layers", "Layers", hint="As in 32", limit=10),
            TextField("matrices", "Adapted in each layer, out x in", hint="As in 4096 x 4096, 4096 x 4096", limit=200),
            TextField("rank", "Rank", hint="As in 8", limit=10),
            TextField("total", "Parameters of the whole model", hint="As in 7 billion; may stay empty", limit=40, required=False),
        ),
        _lora,
    ),
    "adapter": Calculator(
        "Adapter on disk",
        (
            TextField("parameters", "Trainable parameters", hint="As in 16,384,000", limit=40),
            SelectField("bits", "Bits each", (Option("16", "16"), Option("32", "32")), ("16",)),
        ),
        _adapter,
    ),
    "break-even": Calculator(
        "Prompt or tuned model",
        (
            TextField("tokens", "Tokens: removable, other, output", hint="As in 500, 200, 150", limit=80),
            TextField("prices", "Prices: in, out; tuned in, out", hint="As in 1, 4, 1.5, 6", limit=80),
            SelectField("per", "Prices are per", (Option("token", "token"), Option("million", "million tokens")), ("token",)),
            TextField("fixed", "Fixed cost, hosting per request", hint="As in 5 million; hosting may stay out", limit=80),
            TextField(
                "cache", "Cache: hits, hit and miss factor", hint="As in 0.8, 0.1, 1; empty: none", limit=80, required=False
            ),
        ),
        _break_even,
    ),
    "preference": Calculator(
        "Bradley-Terry",
        (TextField("a", "Score of A", hint="As in 1.2", limit=40), TextField("b", "Score of B", hint="As in 0.2", limit=40)),
        _preference,
    ),
    "best-of-n": Calculator("Best of n", (TextField("n", "How many answers", hint="As in 16", limit=20),), _best_of_n),
}
"""By the name that `lab.yaml` and a button's action use."""
