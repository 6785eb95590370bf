"""Everything that touches the world: Slack, the store, the web, the command line."""
