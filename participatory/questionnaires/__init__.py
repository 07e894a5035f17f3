"""Questionnaires of a consultation: what is asked, who has answered, what they answered together."""
