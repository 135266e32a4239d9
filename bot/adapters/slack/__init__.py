"""Slack. Rendering is pure: core values in, Block Kit out, and payloads back into core values; nothing here calls anybody."""
