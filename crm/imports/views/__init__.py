"""Pages of imports. Which imports somebody sees follows from what they may do with the records themselves."""
