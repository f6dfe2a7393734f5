"""The REST process: Flask application and gunicorn server. It asks the worker over a Unix socket and touches no data."""
