"""The training pipeline that makes the files of models/: declared in pipeline.yaml, run by ``python -m models.recipe``.

It is outside the package and not in its wheel.
"""
