"""How the files of models/ are made: a declared pipeline (pipeline.yaml), run by ``python -m models.recipe``.

It stands outside the package and is not in its wheel.
"""
