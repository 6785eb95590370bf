"""The web server: Slack's door and the questions of whoever runs it."""
