"""The numbers of the hotline in bulk: files in, Parquet by month, a cube, measures. No Django (ADR 0021).

Arrow, DuckDB, Ibis and numba are imported here and in `language.kernels` only; a web process loads this package in a
child or reads what it left behind.
"""
