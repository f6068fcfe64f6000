"""Gold sets, training, metrics, calibration, thresholds."""
