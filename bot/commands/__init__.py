"""What `servicemodel` can be told to do, one module for each kind of user."""
