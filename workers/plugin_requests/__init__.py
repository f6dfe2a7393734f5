"""Requests that need a plug-in's code or a connector's secrets: each runs in a process made for it.

Entries of Supervisor.call for workers.herder.plugin_calls and the start of a worker. Results are JSON; what they raise
reaches the worker as data. Connect: the parts of AbstractHerder and Worker that call user code.
"""
