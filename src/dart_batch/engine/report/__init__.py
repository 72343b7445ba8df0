"""What a report says about published readings: pure statistics, none of which is an input of the index."""
