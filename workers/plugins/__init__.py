"""Plug-ins: how they are found, named and imported. Only plug-in processes import them; the worker keeps descriptions."""
