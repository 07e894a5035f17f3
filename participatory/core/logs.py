"""What the service says of itself on its standard output."""

import structlog


def configure() -> None:
    """Lines with their level and instant; the trace of a fault shows the code and never the values.

    The values of a fault while voting would hold a person's address beside their choices.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )
