"""What each vendor writes into its files."""
