"""One module for each section of the page: it measures, and says what was measured."""
