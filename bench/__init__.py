"""How fast it is: a module, a bench that prints a table; run from the root, e.g. `python -m bench.sync`."""
