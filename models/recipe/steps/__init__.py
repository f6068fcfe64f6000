"""One module for each step of pipeline.yaml; each can be run by hand with the options of `models.recipe.options`."""
