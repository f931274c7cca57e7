"""What is measured and compared for each task, written into the ledger."""
