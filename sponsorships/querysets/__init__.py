"""Adjectives of this app's rows, by noun."""
