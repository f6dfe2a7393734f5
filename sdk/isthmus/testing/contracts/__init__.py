"""Suites of tests that every plug-in of a kind must pass; mixins, to be derived from in a test module."""

from isthmus.testing.contracts.converter import ConverterContract, HeaderConverterContract
from isthmus.testing.contracts.sink_task import SinkTaskContract
from isthmus.testing.contracts.source_task import SourceTaskContract
from isthmus.testing.contracts.transformation import PredicateContract, TransformationContract

__all__ = [
    "ConverterContract",
    "HeaderConverterContract",
    "PredicateContract",
    "SinkTaskContract",
    "SourceTaskContract",
    "TransformationContract",
]
