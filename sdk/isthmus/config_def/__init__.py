"""Declaration of configurations, field by field: one declaration parses, validates, answers REST and renders docs."""

from isthmus.config_def.class_loading import ClassLoader, import_class, loading_classes_with, names_only
from isthmus.config_def.definition import ConfigDef, ConfigKey, ConfigValue, Recommender
from isthmus.config_def.parsing import Importance, Password, Type, Width, convert_to_string, parse_type
from isthmus.config_def.validators import Validator

__all__ = [
    "ClassLoader",
    "ConfigDef",
    "ConfigKey",
    "ConfigValue",
    "Importance",
    "Password",
    "Recommender",
    "Type",
    "Validator",
    "Width",
    "convert_to_string",
    "import_class",
    "loading_classes_with",
    "names_only",
    "parse_type",
]
