"""Schemas as JSON, the form they have in JsonConverter's envelope (asJsonSchema and asConnectSchema)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from converters.json_reading import ReadSettings, reader_for
from converters.json_writing import WriteSettings, writer_for
from isthmus import DataError, Schema, SchemaBuilder, SchemaBuilderError, Struct
from isthmus.numbers import wrap

Type = Schema.Type

_TYPE_NAMES: Final[dict[Type, str]] = {
    **{type_: type_.value for type_ in Type},
    Type.FLOAT32: "float",
    Type.FLOAT64: "double",
}


def schema_to_tree(schema: Schema | None, settings: WriteSettings) -> dict[str, Any] | None:
    """The JSON tree of a schema, its members in Connect's order."""
    if schema is None:
        return None
    tree: dict[str, Any] = {"type": _TYPE_NAMES[schema.type]}
    if schema.type is Type.ARRAY:
        tree["items"] = schema_to_tree(schema.value_schema, settings)
    elif schema.type is Type.MAP:
        tree["keys"] = schema_to_tree(schema.key_schema, settings)
        tree["values"] = schema_to_tree(schema.value_schema, settings)
    elif schema.type is Type.STRUCT:
        fields = [(field.name, schema_to_tree(field.schema, settings) or {}) for field in schema.fields]
        tree["fields"] = [{**field_tree, "field": name} for name, field_tree in fields]
    tree["optional"] = schema.is_optional
    for member in ("name", "version", "doc", "parameters"):
        if getattr(schema, member) is not None:
            tree[member] = getattr(schema, member)
    if schema.default_value is not None:
        tree["default"] = writer_for(schema, settings)(schema.default_value)
    return tree


def schema_from_tree(tree: Any, settings: ReadSettings) -> Schema | None:
    """The schema that a JSON tree describes. DataError (also SchemaBuilderError) when it describes none."""
    if tree is None:
        return None
    type_name = tree.get("type") if isinstance(tree, dict) else None
    if not isinstance(type_name, str):
        raise DataError("Schema must contain 'type' field")
    if type_name not in _BUILDERS:
        raise DataError(f"Unknown schema type: {type_name}")
    builder = _BUILDERS[type_name](tree, settings)
    if tree.get("optional") is True:
        builder.optional()
    _describe(builder, tree)
    if "default" in tree:
        value = reader_for(builder.build(), settings)(tree["default"])
        if isinstance(value, Struct):
            # Connect compares the struct's schema with the builder, and they never are equal.
            raise SchemaBuilderError("Invalid default value") from DataError("Struct schemas do not match.")
        builder.default_value(value)
    return builder.build()


def _describe(builder: SchemaBuilder, tree: dict[str, Any]) -> None:
    name, version, doc, parameters = (tree.get(member) for member in ("name", "version", "doc", "parameters"))
    if isinstance(name, str):
        builder.name(name)
    if isinstance(version, int) and not isinstance(version, bool):
        builder.version(wrap(version, 32))
    if isinstance(doc, str):
        builder.doc(doc)
    if isinstance(parameters, dict):
        if not all(isinstance(value, str) for value in parameters.values()):
            raise DataError("Schema parameters must have string values.")
        builder.parameters(parameters)


def _array(tree: dict[str, Any], settings: ReadSettings) -> SchemaBuilder:
    if tree.get("items") is None:
        raise DataError("Array schema did not specify the element type")
    return SchemaBuilder.array(_of(tree["items"], settings))


def _map(tree: dict[str, Any], settings: ReadSettings) -> SchemaBuilder:
    if "keys" not in tree:
        raise DataError("Map schema did not specify the key type")
    if "values" not in tree:
        raise DataError("Map schema did not specify the value type")
    return SchemaBuilder.map(_of(tree["keys"], settings), _of(tree["values"], settings))


def _struct(tree: dict[str, Any], settings: ReadSettings) -> SchemaBuilder:
    fields = tree.get("fields")
    if not isinstance(fields, list):
        raise DataError('Struct schema\'s "fields" argument is not an array.')
    builder = SchemaBuilder.struct()
    for field in fields:
        name = field.get("field") if isinstance(field, dict) else None
        if not isinstance(name, str):
            raise DataError("Struct schema's field name not specified properly")
        builder.field(name, _of(field, settings))
    return builder


def _of(tree: Any, settings: ReadSettings) -> Schema:
    """An inner schema. None passes too: the builder refuses it in Connect's words."""
    return schema_from_tree(tree, settings)  # type: ignore[return-value]  # see above


def _primitive(type_: Type) -> Callable[[dict[str, Any], ReadSettings], SchemaBuilder]:
    return lambda tree, settings: SchemaBuilder(type_)


_BUILDERS: Final[dict[str, Callable[[dict[str, Any], ReadSettings], SchemaBuilder]]] = {
    **{name: _primitive(type_) for type_, name in _TYPE_NAMES.items()},
    "array": _array,
    "map": _map,
    "struct": _struct,
}
