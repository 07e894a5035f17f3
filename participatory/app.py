"""The application factory: extensions, blueprints and menus; nothing else."""

from importlib import import_module

from flask import Flask
from flask_compress import Compress
from flask_login import LoginManager
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from config import Config
from participatory.core import logs
from participatory.core.assets import assets_folder
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.core.storage import ImageStore
from participatory.identity.sessions import person_of_session
from participatory.outbox.jobs import Jobs
from participatory.web import challenges, filters, headers, i18n, shell
from participatory.web.access import check_access
from participatory.web.addresses import AddressPart
from participatory.web.errors import register_errors
from participatory.web.limits import limiter
from participatory.web.navigation import add_menus
from participatory.web.pages import htmx

# Each of these modules offers `register(app, main_menu, staff_menu)`.
PACKAGES = (
    "identity",
    "privacy",
    "notifications",
    "territories",
    "doors",
    "deeds",
    "checkpoints",
    "rounds",
    "ceremony",
    "rolls",
    "printed_codes",
    "integrity",
    "catalogue",
    "proposals",
    "supports",
    "following",
    "comments",
    "notices",
    "mergers",
    "intake",
    "moderation",
    "appraisal",
    "ballots",
    "control",
    "reminders",
    "removals",
    "stands",
    "integrity_desk",
    "results",
    "questionnaires",
    "conversations",
    "simulator",
    "dashboards",
    "bundles",
    "demo",
    "portal",
)


def create_app(config: Config) -> Flask:
    """The application for one configuration; raises BadConfiguration when that would be unsafe."""
    assets = assets_folder()
    app = Flask("participatory", template_folder=str(assets / "templates"), static_folder=str(assets / "static"))
    app.config.update(_settings(config.checked()))
    logs.configure()
    app.url_map.converters["default"] = AddressPart
    app.extensions.update(
        config=config,
        secrets=SecretStore(config.secrets_folder),
        images=ImageStore(config.files_folder),
        jobs=Jobs(app, config.huey_url, config.instance),
    )
    _extend(app, config, str(assets / "migrations"))
    _open_doors(app)
    _serve(app, config, assets / "static")
    return app


def _settings(config: Config) -> dict[str, object]:
    mail = "smtp" if config.smtp_host else "file" if config.demo else "console"
    return {
        "SECRET_KEY": config.secret_key,
        "TRUSTED_HOSTS": config.hosts,
        "SQLALCHEMY_DATABASE_URI": config.sqlalchemy_url,
        # The values of a failed statement stay out of the log: among them are addresses and ballots.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": config.sqlalchemy_url.startswith("postgresql"),
            # A request holds one connection for its session and, for a moment, one for the rate limits.
            "pool_size": 2 * config.web_threads,
            "hide_parameters": True,
        },
        "MAX_CONTENT_LENGTH": 10 * 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_I18N_ENABLED": True,
        "RATELIMIT_STORAGE_URI": config.rate_limit_storage,
        "MAIL_BACKEND": mail,
        "MAIL_FILE_PATH": str(config.letters_folder),
        "MAIL_SERVER": config.smtp_host,
        "MAIL_PORT": config.smtp_port,
        "MAIL_USERNAME": config.smtp_user or None,
        "MAIL_PASSWORD": config.smtp_password or None,
        "MAIL_USE_TLS": config.smtp_tls,
        "MAIL_TIMEOUT": 20,
        "MAIL_DEFAULT_SENDER": config.mail_from,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
    }


def _extend(app: Flask, config: Config, migrations: str) -> None:
    db.init_app(app)
    Migrate(app, db, directory=migrations, render_as_batch=True, compare_type=True)
    CSRFProtect(app)
    Mail(app)
    htmx.init_app(app)
    limiter.init_app(app)
    Compress(app)
    login = LoginManager(app)
    login.session_protection = None
    login.user_loader(person_of_session)
    i18n.speak(app, f"{app.root_path}/translations")
    headers.protect(app, https=config.production)
    register_errors(app)


def _open_doors(app: Flask) -> None:
    app.before_request(check_access)
    filters.register_filters(app)
    shell.register_shell(app)
    app.register_blueprint(challenges.bp)
    main_menu, staff_menu = add_menus(app)
    for package in PACKAGES:
        import_module(f"participatory.{package}.views").register(app, main_menu, staff_menu)


def _serve(app: Flask, config: Config, static: object) -> None:
    files = WhiteNoise(app.wsgi_app, root=str(static), prefix="static/", max_age=31_536_000)
    app.wsgi_app = files  # type: ignore[method-assign]
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
