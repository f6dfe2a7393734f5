"""The data path: what runs in a task's process, from the user's task to the Kafka client and back."""
