"""Files of the hotline (CSV, XLSX, XLS, Parquet) as Arrow batches of RAW; what cannot be kept, with its reason."""
