"""The tutor that converses: a language model behind any OpenAI-compatible address, with the study guide to fall back on."""
