"""Prepare an installation, and run its web server and worker side by side."""

import os
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from honcho.manager import Manager

from participatory.core.assets import assets_folder
from participatory.territories.actions import load_reference


@click.command()
@with_appcontext
def setup() -> None:
    """Create or upgrade the database and load the tables of reference; safe to run again."""
    current_app.extensions["config"].instance.mkdir(parents=True, exist_ok=True)
    upgrade(directory=str(assets_folder() / "migrations"))
    load_reference()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@with_appcontext
def serve(host: str, port: int) -> None:
    """Run the web server and the worker until interrupted."""
    threads = current_app.extensions["config"].web_threads
    here = Path(sys.executable).parent
    instance = current_app.extensions["config"].instance.resolve()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "INSTANCE": str(instance)}
    manager = Manager()
    web = f"{here / 'gunicorn'} wsgi:app --bind {host}:{port} --worker-class gthread --threads {threads} --workers 1"
    # Quiet when all goes well; a fault is told with its incident number, which people are asked to quote.
    web += " --log-level warning"
    manager.add_process("web", web, env=environment)
    manager.add_process("worker", f"{here / 'participatory'} worker", env=environment)
    manager.loop()
    raise SystemExit(manager.returncode or 0)
