"""What is true: the knowledge base and the decision made from it."""
