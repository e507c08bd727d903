"""The commands of python -m nets, a module each; nothing is imported before a command is chosen."""
