"""The folder that everybody can download and verify."""
