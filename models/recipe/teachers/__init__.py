"""Slower encoders that ours learns from; training alone needs them (extra ``[train]``)."""
