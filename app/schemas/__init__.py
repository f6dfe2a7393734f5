"""marshmallow schemas: what requests may contain, and what answers look like in the OpenAPI document."""
