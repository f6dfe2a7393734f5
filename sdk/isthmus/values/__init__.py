"""Conversion between Connect data and its text form, and between types (Kafka Connect's Values).

`parse_string` guesses a type from text as SimpleHeaderConverter does, `convert_to_string` writes the text that it reads
back, the other `convert_to_...` take whatever can be understood as their type. Dates are read and written in the default
time zone of the process, as Kafka Connect does (see isthmus.civil_time).
"""

from isthmus.values.converting import (
    convert_to_boolean,
    convert_to_byte,
    convert_to_date,
    convert_to_decimal,
    convert_to_double,
    convert_to_float,
    convert_to_integer,
    convert_to_list,
    convert_to_long,
    convert_to_map,
    convert_to_short,
    convert_to_struct,
    convert_to_time,
    convert_to_timestamp,
)
from isthmus.values.formatting import convert_to_string
from isthmus.values.inference import infer_schema
from isthmus.values.parsing import parse_string

__all__ = [
    "convert_to_boolean",
    "convert_to_byte",
    "convert_to_date",
    "convert_to_decimal",
    "convert_to_double",
    "convert_to_float",
    "convert_to_integer",
    "convert_to_list",
    "convert_to_long",
    "convert_to_map",
    "convert_to_short",
    "convert_to_string",
    "convert_to_struct",
    "convert_to_time",
    "convert_to_timestamp",
    "infer_schema",
    "parse_string",
]
