"""`make bench`: Isthmus and Java's Kafka Connect side by side against one broker. Linux only: it reads /proc."""
