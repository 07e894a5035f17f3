"""Projects that are alike: shown while one writes, joined instead of doubled, made one with everybody's consent."""
