"""Projects collected elsewhere: on paper, in a workshop, in a file. Staff enter them, their carriers take over."""
