"""The Region's catalogue of unit costs."""
