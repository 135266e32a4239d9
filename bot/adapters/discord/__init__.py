"""Lectern in Discord: hears and speaks through discord.py."""
