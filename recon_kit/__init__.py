"""Recon Kit: which money paid what, exact to the cent, and a page that shows it."""
__version__ = "0.1.0"
