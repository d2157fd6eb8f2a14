"""Coordination signals measured: campaigns put into other people's conversations."""
