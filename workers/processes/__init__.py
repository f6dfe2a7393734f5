"""Operating-system processes of the worker: the fork server, the control channel, the supervisor, counters in shared memory."""
