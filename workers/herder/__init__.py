"""The herder: decides which connectors and tasks run, and answers what REST asks."""
