"""The command that runs the worker."""

import click
from flask import current_app
from flask.cli import with_appcontext

from participatory.outbox.sender import deliver_waiting


@click.command()
@with_appcontext
def worker() -> None:
    """Send the letters and run the other background work until stopped."""
    deliver_waiting()
    consumer = current_app.extensions["jobs"].huey.create_consumer(workers=1, worker_type="thread")
    consumer.run()
