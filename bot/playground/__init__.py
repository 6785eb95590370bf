"""A stand-in for Slack on this machine, and a page to talk in: it plays Slack's side."""

from bot.playground.server import Playground, make_playground

__all__ = ["Playground", "make_playground"]
