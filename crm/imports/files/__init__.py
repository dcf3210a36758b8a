"""Reading files that strangers made: CSV, Excel workbooks and OpenDocument spreadsheets.

The file is opened in a process of its own with little memory and little time (`child`), which knows nothing of Django
or of the database; the rest of the product only sees rows of text. Readers stream and keep no cell that is empty, so a
sheet with one value in its last cell costs what that value costs.
"""
