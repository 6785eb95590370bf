"""What happens next: a pure function from (conversation, message, knowledge) to a turn."""
