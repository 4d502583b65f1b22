"""Pure work on text: codes, analysis, detection, snippets, comparison and search metrics."""
