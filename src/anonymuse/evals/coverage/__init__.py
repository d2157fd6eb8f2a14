"""Do the intervals hold? Populations with known truth, drawn again and again."""
