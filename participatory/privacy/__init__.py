"""What is held about people, why, how long, who read it; export, correction, deletion."""
