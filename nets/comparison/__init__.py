"""The comparison: contestants trained and measured, the tutorials' claims put to the test. Run by nets compare."""
