"""Other people's formats, one module each; ``scripts.export`` and ``scripts.importing`` are the commands."""
