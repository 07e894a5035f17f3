"""The settings of one installation, read once from the environment.

Every setting is listed in README.md; a test keeps the two in step.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DEVELOPMENT_SECRET = "only-for-a-machine-that-nobody-else-reaches"  # noqa: S105 — refused in production.


# What article 6.III of the law of 21 June 2004 (LCEN) and article 13 of the GDPR ask a site to say.
LEGAL = ("publisher", "publisher_address", "publication_director", "hosted_by", "dpo_email")


class BadConfiguration(ValueError):  # noqa: N818 — it names a state of the settings.
    """A setting that would be unsafe or that cannot be read; the message names it."""


@dataclass(frozen=True)
class Config:
    """One field per environment variable of the same name in capitals."""

    secret_key: str = DEVELOPMENT_SECRET
    instance: Path = Path("instance")
    database_url: str = ""
    public_url: str = "http://127.0.0.1:8000"
    production: bool = False
    demo: bool = False
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = False
    mail_from: str = "ne-pas-repondre@budget-etudiant.example"
    contact_email: str = "contact@budget-etudiant.example"
    # What the legal pages must say; the demonstration says that it has nobody to name.
    publisher: str = ""
    publisher_address: str = ""
    publication_director: str = ""
    hosted_by: str = ""
    dpo_email: str = ""
    saml_entity_id: str = ""
    rate_limit_storage: str = "database://"
    huey_url: str = ""
    trusted_hosts: str = ""
    local_providers: bool = False
    trusted_proxies: int = 0
    network_ranges: str = ""
    web_threads: int = 8

    @property
    def secrets_folder(self) -> Path:
        """Where the secrets of each round live: outside the database and its backups."""
        return self.instance / "secrets"

    @property
    def files_folder(self) -> Path:
        """Where uploaded images are kept once re-encoded."""
        return self.instance / "files"

    @property
    def letters_folder(self) -> Path:
        """Where the demonstration writes its letters instead of sending them."""
        return self.instance / "letters"

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address; a SQLite file in the instance folder unless DATABASE_URL says otherwise."""
        if not self.database_url:
            return f"sqlite:///{self.instance.resolve() / 'participatory.sqlite'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def hosts(self) -> list[str] | None:
        """The hosts that requests may name; None, outside production, for any.

        The host of PUBLIC_URL is always among them. A name that starts with a dot stands for its subdomains too.
        """
        named = [host.strip().lower() for host in self.trusted_hosts.split(",") if host.strip()]
        if not named and not self.production:
            return None
        return [urlsplit(self.public_url).hostname or "", *named]

    def checked(self) -> Config:
        """The same configuration, once it is safe to start with.

        Raises BadConfiguration for production with the development secret, over
        plain http, or with the demonstration's open doors.
        """
        if self.production and (self.secret_key == DEVELOPMENT_SECRET or len(self.secret_key) < 32):
            raise BadConfiguration("SECRET_KEY must be a secret of at least 32 characters in production.")
        if self.production and not self.public_url.startswith("https://"):
            raise BadConfiguration("PUBLIC_URL must start with https:// in production.")
        if "*" in self.trusted_hosts or "/" in self.trusted_hosts:
            raise BadConfiguration("TRUSTED_HOSTS must be names of hosts, split by commas, not patterns or addresses.")
        if self.production and self.local_providers:
            raise BadConfiguration("LOCAL_PROVIDERS believes sign-in services over plain http: not in production.")
        if self.production and self.demo:
            raise BadConfiguration("DEMO lets anybody step into any role: it cannot be on in production.")
        unsaid = [name.upper() for name in LEGAL if not getattr(self, name)]
        if self.production and unsaid:
            raise BadConfiguration(f"{unsaid[0]} must be set in production: the law asks for it on the legal pages.")
        return self

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Config:
        """Read the configuration; raises BadConfiguration with the name of the faulty setting."""
        source = os.environ if environment is None else environment
        values: dict[str, Any] = {
            field.name: _read(field.name.upper(), str(field.type), source[field.name.upper()])
            for field in fields(cls)
            if source.get(field.name.upper())
        }
        return cls(**values).checked()


def _read(name: str, kind: str, text: str) -> str | int | bool | Path:
    if kind == "bool":
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise BadConfiguration(f"{name} must be 1 or 0, not {text!r}.")
        return text.lower() in {"1", "true", "yes"}
    if kind == "int":
        if not text.isdecimal():
            raise BadConfiguration(f"{name} must be a whole number, not {text!r}.")
        return int(text)
    return Path(text) if kind == "Path" else text
