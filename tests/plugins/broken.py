"""A plug-in whose own import fails."""

from no_such_library import nothing  # type: ignore[import-not-found]  # that is its point

from isthmus import SourceConnector


class Broken(SourceConnector):
    task_class = nothing
