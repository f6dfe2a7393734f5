"""Where configurations, statuses and source offsets are kept: base classes, and the twins in memory and in a file."""
