"""The edge towards Slack: its payloads become events, our replies become its blocks."""
