"""The families of detection, each a module: from events to one score for each event. Pure."""
