"""Checks of what is stored, one module per family. Frames in, findings out."""
