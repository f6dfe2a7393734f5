"""Built-in converters: between Connect's data and the bytes in Kafka, byte for byte as Kafka Connect's own."""
