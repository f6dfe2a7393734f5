"""Kafka clients: Java's settings translated to librdkafka's, in the layers in which Connect builds them.

`layers` makes the settings of each client, `client_events` its logger and error callback, `cluster` asks for the cluster
id. The tables of settings are in the `*_settings` modules.
"""
