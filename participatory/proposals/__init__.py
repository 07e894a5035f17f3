"""From a draft to a project on the ballot."""
