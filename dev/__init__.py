"""Servers for development: a real Kafka, a real Java Connect, our own worker, each as a process. Used by demo, tests and benchmarks."""
