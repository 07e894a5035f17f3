"""The living demonstration: fictional people, three rounds, every role."""
