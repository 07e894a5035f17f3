"""Letters to people who have not voted yet: an unfinished basket, a last chance. They never know a choice."""
