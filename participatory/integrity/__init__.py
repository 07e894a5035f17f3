"""Behaviour at the vote, never choices: what is collected, and the scores that people are given to read."""
