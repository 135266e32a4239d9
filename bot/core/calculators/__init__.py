"""The labs' calculators: exact arithmetic in the core, asked for in a form, shown in the thread and given to the persona."""

from bot.core.calculators.sheets import CALCULATORS, Calculator, Result

__all__ = ["CALCULATORS", "Calculator", "Result"]
