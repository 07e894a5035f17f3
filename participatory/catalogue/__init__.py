"""What things usually cost: the Region's dated unit costs, to pick from while writing a project."""
