"""The command that runs the worker."""

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command()
@with_appcontext
def worker() -> None:
    """Send the letters and run the other background work until stopped."""
    jobs = current_app.extensions["jobs"]
    # As a task, and not at once: a fault now would end the worker, and the web server started beside it.
    jobs.wake()
    jobs.huey.create_consumer(workers=1, worker_type="thread").run()
