"""The published folder and its numbered checks: needs neither the web application nor a database."""
