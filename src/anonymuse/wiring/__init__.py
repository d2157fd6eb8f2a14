"""The composition root: from names in a configuration to real objects behind the ports."""
