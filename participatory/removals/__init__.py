"""A project that can no longer be done is taken out of an open vote by two officers; who voted may choose again."""
