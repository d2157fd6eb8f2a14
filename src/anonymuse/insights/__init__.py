"""What stands out in a released report. Made of released numbers alone, so it tells nothing new."""
