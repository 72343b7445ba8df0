"""The stock panel: raw quotes cleaned and reduced to a few features per session."""
