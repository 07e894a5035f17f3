"""What the configuration gives to views: the settings and the stores outside the database."""

from flask import current_app

from config import Config
from participatory.core.secrets import SecretStore
from participatory.core.storage import DocumentStore, ImageStore


def config() -> Config:
    """The settings of this installation."""
    settings: Config = current_app.extensions["config"]
    return settings


def secret_store() -> SecretStore:
    """The secrets of the rounds, outside the database."""
    store: SecretStore = current_app.extensions["secrets"]
    return store


def image_store() -> ImageStore:
    """The uploaded pictures."""
    store: ImageStore = current_app.extensions["images"]
    return store


def document_store() -> DocumentStore:
    """The documents of projects, in a folder of their own beside the pictures."""
    return DocumentStore(config().files_folder / "documents")
