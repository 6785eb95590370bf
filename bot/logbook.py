"""How this process keeps its log: one line an event on standard error, ids and figures only."""

import logging
import sys

import structlog


def keep(*, readable: bool) -> None:
    """Log from now on: coloured lines for a person who watches, else one JSON object a line.

    Someone at a terminal is told of warnings; a server's log has what happened, too.
    """
    level = logging.WARNING if readable else logging.INFO
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The state machine's library would tell of every step; the turn's own line says more.
    logging.getLogger("transitions").setLevel(logging.WARNING)
