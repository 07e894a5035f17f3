"""The door of a WSGI server: `gunicorn wsgi:app`."""

from config import Config
from participatory.app import create_app

app = create_app(Config.from_env())
