"""What officers do after the vote: close, control, set aside, seal."""
