"""Many servers at once, at the pace that the Hub bears."""
