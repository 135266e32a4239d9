"""Plain words that do what a lab's buttons do, since no platform has slash commands in all its threads."""

WORDS = {
    "hint": ("hint", "a hint", "another hint", "give me a hint", "help"),
    "next": ("next", "next question", "skip", "skip to the first question"),
    "explain": ("explain", "show the answer", "show me the answer"),
    "finish": ("finish", "finish the lab", "done", "i am done", "i'm done", "exit", "quit"),
    "stop": ("stop",),
    "calculator": ("calculator", "calculate", "open the calculator"),
    "continue": ("continue", "go on", "carry on", "keep going"),
}


def wish_of(said: str) -> str:
    """What the words ask for, if they are one of the plain words and nothing else."""
    plain_words = said.casefold().replace("’", "'").strip(" .!?").removesuffix("please").rstrip(" ,")
    return next((wish for wish, words in WORDS.items() if plain_words in words), "")
