"""CSV of any size, block by block: by Arrow where a block is as it should be, else record by record, losing none."""
