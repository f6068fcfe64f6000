"""Slower encoders from which ours learns; only training needs them (extra ``[train]``)."""
