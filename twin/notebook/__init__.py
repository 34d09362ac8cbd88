"""What a result offers in a notebook: tables, data frames, files, plots, and how it shows itself."""
