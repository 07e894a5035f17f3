"""What people are told: a notice on the site, and a letter as often as each chose for the topic."""
