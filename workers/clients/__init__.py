"""Kafka clients: Java's settings translated to librdkafka's, in the layers in which Connect builds them."""
