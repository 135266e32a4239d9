"""How long a test waits before it says what does not come. Only a fault takes so long, on however slow a machine."""

PATIENCE = 90.0
"""Real seconds. No promise of Lectern's is measured by them."""
