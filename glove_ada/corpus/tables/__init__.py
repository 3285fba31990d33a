"""Tables with a column of text: each row is a document.

Files are known by their names (`table_files`), or by their beginning where there is none; what
pandas, polars and others hold in memory is told from a list in `columns`.
"""
