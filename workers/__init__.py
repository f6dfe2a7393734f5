"""The worker: herder, storage, plug-in processes and the data path. Answers to Kafka Connect's `connect:runtime` module."""
